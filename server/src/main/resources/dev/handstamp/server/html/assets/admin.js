"use strict";

// Renews what a page of the administration shows, when the server says that it has changed and every few seconds. The
// page is made by the server alone: this puts the new one's middle in the place of the old one's.
(() => {
  const news = document.getElementById("news");
  const live = document.getElementById("live");
  if (!news || !live) return;
  let busy = false;

  const renew = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store", redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (fresh) live.replaceChildren(...document.importNode(fresh, true).childNodes);
    } catch {
      // The next one may come through.
    } finally {
      busy = false;
    }
  };

  new EventSource(news.href).addEventListener("moved", renew);
  setInterval(renew, 5000);
})();
