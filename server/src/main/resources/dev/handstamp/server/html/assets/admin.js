"use strict";

// What pages of the administration do besides where scripts run. The server alone makes pages and decides: this asks it
// for a page again and shows a part of the answer.
(() => {
  const ask = async (address, how) => {
    const answer = await fetch(address, { cache: "no-store", redirect: "error", ...how });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  // Renews the middle of a page when the server says that it has changed, and every few seconds.
  const news = document.getElementById("news");
  const live = document.getElementById("live");
  if (news && live) {
    let busy = false;
    let last = ""; // As the server has said it: what stands in the page may have been put into the reader's time.
    const places = () => [...live.querySelectorAll("a[href], button, summary, [tabindex]")];
    // Whoever is in there with the keyboard, or has scrolled to something, stays where they are.
    const replace = (fresh) => {
      if (fresh.innerHTML === last) return;
      last = fresh.innerHTML;
      const before = places();
      const focused = before.indexOf(document.activeElement);
      live.replaceChildren(...document.importNode(fresh, true).childNodes);
      const after = places();
      before.forEach((place, i) => after[i] && (after[i].scrollLeft = place.scrollLeft));
      if (after[focused]) after[focused].focus({ preventScroll: true });
    };
    const renew = async () => {
      if (busy || document.hidden) return;
      busy = true;
      try {
        const fresh = (await ask(location.pathname + location.search)).getElementById("live");
        if (fresh) replace(fresh);
      } catch {
        // The next one may come through.
      } finally {
        busy = false;
      }
    };
    new EventSource(news.href).addEventListener("moved", renew);
    setInterval(renew, 5000);
  }

  // Shows what the server says a page would look like; while something is wrong, what it said before.
  const look = (page) => {
    const fresh = page.getElementById("preview");
    const shown = document.getElementById("preview");
    if (!fresh || !shown || page.querySelector(".problem:not(:empty)")) return;
    for (const name of ["accent", "accent-dark", "on-accent", "on-accent-dark"]) {
      shown.style.setProperty("--" + name, fresh.getAttribute("data-" + name));
    }
    shown.replaceChildren(...document.importNode(fresh, true).childNodes);
  };

  // A file that is longer than the server takes is not sent.
  const isShort = (form) => {
    for (const field of form.querySelectorAll("input[data-most]")) {
      const isTooLong = [...field.files].some((file) => file.size > Number(field.dataset.most));
      field.setCustomValidity(isTooLong ? field.dataset.tooLong : "");
      if (isTooLong) field.reportValidity();
    }
    return form.checkValidity();
  };

  // What is pressed stays where it is until it is let go, or the click would be lost.
  let isPressed = false;
  addEventListener("pointerdown", () => (isPressed = true));
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (isPressed = false));
  const released = async () => {
    for (let waited = 0; isPressed && waited < 5000; waited += 100) await new Promise((go) => setTimeout(go, 100));
  };

  // A place at each field for what is wrong with it: it is there before, so that what comes into it is heard.
  const place = (field) => {
    const label = field.closest("label");
    const id = "problem-" + field.name;
    if (!label || document.getElementById(id)) return;
    const problem = document.createElement("span");
    problem.id = id;
    problem.className = "hint problem";
    if (field.type === "checkbox") label.lastElementChild.append(problem);
    else field.after(problem);
    field.setAttribute("aria-describedby", (id + " " + (field.getAttribute("aria-describedby") ?? "")).trim());
  };

  // Has a form looked at while it is filled in, and says at each field what is wrong with it. Nothing is changed.
  for (const form of document.querySelectorAll("form[data-check]")) {
    for (const field of form.elements) place(field);
    for (const problem of form.querySelectorAll(".problem")) problem.setAttribute("aria-live", "polite");
    let waiting = 0;
    let latest = 0;
    const check = async () => {
      const mine = ++latest;
      const holdsFiles = form.enctype === "multipart/form-data";
      const filled = new FormData(form);
      const sent = holdsFiles ? filled : new URLSearchParams(filled);
      sent.set("action", "check");
      sent.set("form", form.dataset.check);
      try {
        const page = await ask(form.getAttribute("action"), { method: "POST", body: sent });
        await released();
        if (mine !== latest) return;
        for (const problem of form.querySelectorAll(".problem")) {
          const fresh = page.getElementById(problem.id)?.textContent ?? "";
          // What is folded away opens for it: once, so that it can be folded again.
          const group = problem.closest("details");
          if (group && fresh && !problem.textContent) group.open = true;
          problem.textContent = fresh;
          const field = form.elements.namedItem(problem.id.slice("problem-".length));
          if (!field || !field.setAttribute) continue;
          if (problem.textContent) field.setAttribute("aria-invalid", "true");
          else field.removeAttribute("aria-invalid");
        }
        look(page);
      } catch {
        // Then the form is looked at when it is sent.
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      if (isShort(form)) waiting = setTimeout(check, 500);
    });
  }
})();
