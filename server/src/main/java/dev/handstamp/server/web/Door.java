package dev.handstamp.server.web;

import dev.handstamp.server.http.Response;

/// One page: what it answers to a browser whose request was read.
@FunctionalInterface
public interface Door {

    Response handle(Visit visit);
}
