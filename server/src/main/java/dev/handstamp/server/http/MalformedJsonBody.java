package dev.handstamp.server.http;

/// A body that is no JSON object that we read.
///
/// @param status  415 when the media type is not ours, else 400
/// @param problem for people, without anything that the caller has sent
public record MalformedJsonBody(int status, String problem) implements JsonResult {}
