package dev.handstamp.demo;

/// One line of Nightclub's table: this method on exactly this path is answered by this handler.
record Door(String method, String path, Handler handler) {

    /// Answers a request. A refusal is an [Answer] too.
    @FunctionalInterface
    interface Handler {
        Answer answer(Visit visit);
    }

    static Door get(String path, Handler handler) {
        return new Door("GET", path, handler);
    }

    static Door post(String path, Handler handler) {
        return new Door("POST", path, handler);
    }

    static Door delete(String path, Handler handler) {
        return new Door("DELETE", path, handler);
    }

    boolean leadsTo(Visit visit) {
        return path.equals(visit.path());
    }

    /// HEAD is answered like GET, without the body (RFC 9110 §9.3.2).
    boolean opensFor(Visit visit) {
        return leadsTo(visit) && (visit.method().equals("HEAD") ? "GET" : visit.method()).equals(method);
    }
}
