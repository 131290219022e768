package dev.handstamp.server.http;

/// What became of a JSON body: its object, or why it was not read.
public sealed interface JsonResult permits JsonBody, MalformedJsonBody {}
