package dev.handstamp.server.html;

/// A script of ours as a page runs it.
///
/// @param path   where it is fetched
/// @param moment when it is run
public record Script(String path, Moment moment) {

    /// When a script is run, of what people see.
    enum Moment {
        /// First: nothing is to be seen before it has run.
        BEFORE_PAINT,
        /// When the page has been read.
        WITH_PAGE,
        /// Once the page is seen: until then it is not even fetched, which would take time from what is waited for.
        AFTER_PAINT
    }

    /// Fetches a script when its page has been painted, or has loaded in a browser that does not tell of painting.
    static final String FETCH = "(()=>{const src=document.currentScript.dataset.src,"
            + "fetch=()=>document.head.append(Object.assign(document.createElement('script'),{src}));"
            + "if(window.PerformanceObserver?.supportedEntryTypes?.includes('paint'))"
            + "new PerformanceObserver((_,observer)=>{observer.disconnect();fetch()}).observe({type:'paint',buffered:true});"
            + "else addEventListener('load',fetch)})()";

    public boolean isBeforePaint() {
        return moment == Moment.BEFORE_PAINT;
    }

    public boolean isAfterPaint() {
        return moment == Moment.AFTER_PAINT;
    }

    /// What stands in the page where the script is fetched late.
    public String fetch() {
        return FETCH;
    }
}
