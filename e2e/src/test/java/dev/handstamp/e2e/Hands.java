package dev.handstamp.e2e;

/// Does what a page offers, by what it is called there.
interface Hands {

    /// Types into a field, in place of what stands in it.
    void fill(String label, String text);

    /// Sends the form of the field that was filled last, by the Enter key, and waits for the page that follows.
    void send();

    /// Presses a button or follows a link, and waits for the page that follows.
    void press(String name);

    /// Presses what brings a file and leaves the page where it is.
    void fetch(String name);

    /// Ticks a box, or opens what is folded away. No page follows.
    void turn(String name);

    void choose(String label, String option);
}
