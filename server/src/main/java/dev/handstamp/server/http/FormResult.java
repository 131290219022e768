package dev.handstamp.server.http;

/// What became of a form: its parameters, or why it was not read.
public sealed interface FormResult permits Form, MalformedForm {}
