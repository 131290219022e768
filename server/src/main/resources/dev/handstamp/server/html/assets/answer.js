"use strict";

// A page that answers a form has no address of its own: a browser that comes back to it would ask whether to send the
// form again. From here on it has the address that it names.
history.replaceState(null, "", document.querySelector("link[rel=canonical]").href);
