"use strict";

// Tells times as the reader's clock does. Pages tell them in UTC, for the server does not know where they are read: what
// it has written stays at hand as the title. Run before the first paint, so that nothing changes before one's eyes.
(() => {
  const page = document.documentElement.lang;
  const language = navigator.languages.find((each) => each.split("-")[0] === page) || page;
  const form = (date, time) => new Intl.DateTimeFormat(language, { dateStyle: date, timeStyle: time });
  const minute = form(undefined, "short");
  const short = form("medium", "short");
  const exact = form("medium", "medium");

  const tell = (place) => {
    for (const time of place.querySelectorAll("time[datetime]:not([title])")) {
      const text = time.textContent;
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.title = text;
      time.textContent = (/^\d\d:\d\d/.test(text) ? minute : /:\d\d:\d\d/.test(text) ? exact : short).format(at);
    }
    // Many minutes of one hour, without a word more than they need.
    for (const cell of place.querySelectorAll("[data-minutes] tbody th")) {
      const at = new Date(cell.closest("table").dataset.minutes.slice(0, 11) + cell.textContent + "Z");
      cell.textContent = minute.format(at);
    }
    for (const zone of place.querySelectorAll(".utc")) zone.remove();
  };
  tell(document);
  // Parts of a page that are renewed.
  const live = document.getElementById("live");
  if (live) new MutationObserver(() => tell(live)).observe(live, { childList: true });

  // What is asked for by the reader's clock is sent in UTC, and comes back so.
  for (const field of document.querySelectorAll("input[type=datetime-local]")) {
    const at = new Date(field.getAttribute("value") + "Z");
    if (!isNaN(at)) field.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19).replace(/:00$/, "");
    field.form.addEventListener("formdata", (sent) => {
      if (field.value) sent.formData.set(field.name, new Date(field.value).toISOString());
    });
  }
})();
