// Passkeys (WebAuthn Level 3) on our pages. Everything a person reads stands in the page, as data- attributes of the
// part with the id "passkey". Its place is kept until this script shows it, so that nothing moves; in a browser without
// passkeys it goes, and what the page says instead comes.
"use strict";
(() => {
  const base = document.currentScript.src.replace(/\/assets\/[^/]*$/, "");
  const part = document.getElementById("passkey");
  if (!part) return;
  // Passkeys belong to a name, never to an address in numbers.
  if (!window.PublicKeyCredential || !navigator.credentials || /^\[|^[\d.]+$/.test(location.hostname)) {
    part.hidden = true;
    const missing = document.getElementById("passkey-missing");
    if (missing) missing.hidden = false;
    return;
  }

  const button = part.querySelector("button");
  const problem = part.querySelector("[role=alert]");
  const purpose = part.dataset.purpose;
  const door = purpose === "enrol" ? "/account/passkeys" : "/login/passkey";
  const renewAfter = 4 * 60 * 1000; // what is to be signed is good for five minutes
  let waiting = null; // the question that the field for the user name answers, if one is open

  const encoded = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const decoded = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

  const say = (word) => {
    problem.textContent = word ? part.dataset[word] || part.dataset.failed : "";
    problem.hidden = !word;
  };

  // Refused: throws the word that the server gave as the reason.
  const post = async (path, more) => {
    const body = { purpose, form: part.dataset.form, request: part.dataset.request, to: part.dataset.to, ...more };
    const response = await fetch(base + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refusal(answer.error || "failed");
    return answer;
  };

  class Refusal extends Error {}

  const descriptors = (list) => list.map((each) => ({ ...each, id: decoded(each.id) }));

  const sign = async (how) => {
    const options = await post(door + "/options");
    const publicKey = {
      ...options,
      challenge: decoded(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    };
    const credential = await navigator.credentials.get({ publicKey, ...how });
    const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
    const response = {
      clientDataJSON: encoded(clientDataJSON),
      authenticatorData: encoded(authenticatorData),
      signature: encoded(signature),
    };
    if (userHandle) response.userHandle = encoded(userHandle);
    try {
      return await post(door, { credential: { id: credential.id, type: credential.type, response } });
    } catch (refusal) {
      // Whoever keeps it need not offer it again.
      if (refusal.message === "unknown_passkey" && PublicKeyCredential.signalUnknownCredential) {
        const gone = { rpId: options.rpId, credentialId: credential.id };
        PublicKeyCredential.signalUnknownCredential(gone).catch(() => {});
      }
      throw refusal;
    }
  };

  const enrol = async (how) => {
    const options = await post(door + "/options");
    const publicKey = {
      ...options,
      challenge: decoded(options.challenge),
      user: { ...options.user, id: decoded(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    };
    const credential = await navigator.credentials.create({ publicKey, ...how });
    const { clientDataJSON, attestationObject } = credential.response;
    const transports = credential.response.getTransports ? credential.response.getTransports() : [];
    const response = {
      clientDataJSON: encoded(clientDataJSON),
      attestationObject: encoded(attestationObject),
      transports,
    };
    return post(door + "/add", { credential: { id: credential.id, type: credential.type, response } });
  };

  const wordFor = (error) => {
    if (error instanceof Refusal) return error.message;
    switch (error.name) {
      case "NotAllowedError":
      case "AbortError":
        return "canceled";
      case "InvalidStateError":
        return "taken";
      case "SecurityError":
      case "NotSupportedError":
      case "ConstraintError":
        return "unsuited";
      default:
        return "failed";
    }
  };

  const goOn = (answer) => location.assign(answer.go_on);

  const complain = (error) => {
    const word = wordFor(error);
    if (word === "forged" || word === "over" || word === "confirm") location.reload();
    else say(word);
  };

  // Offers passkeys in the field for the user name, until one is chosen or the button is pressed.
  const fill = async () => {
    if (part.dataset.fills !== "true" || !PublicKeyCredential.isConditionalMediationAvailable) return;
    if (!(await PublicKeyCredential.isConditionalMediationAvailable())) return;
    let refusals = 0;
    while (!waiting && refusals < 3) {
      const question = new AbortController();
      waiting = question;
      const renewal = setTimeout(() => question.abort(), renewAfter);
      let renewed = false;
      question.signal.addEventListener("abort", () => (renewed = waiting === question));
      try {
        goOn(await sign({ mediation: "conditional", signal: question.signal }));
        return;
      } catch (error) {
        if (!(error instanceof Refusal) && !renewed) return;
        if (error instanceof Refusal) {
          refusals++;
          complain(error);
        }
      } finally {
        clearTimeout(renewal);
        if (waiting === question) waiting = null;
      }
    }
  };

  const stop = () => {
    const open = waiting;
    waiting = null;
    if (open) open.abort();
  };

  button.addEventListener("click", async () => {
    stop();
    say("");
    button.disabled = true;
    part.setAttribute("aria-busy", "true");
    try {
      goOn(await (purpose === "enrol" ? enrol({}) : sign({})));
      return;
    } catch (error) {
      complain(error);
    }
    button.disabled = false;
    part.removeAttribute("aria-busy");
    button.focus();
    fill();
  });

  // The page is back as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    button.disabled = false;
    part.removeAttribute("aria-busy");
    fill();
  });
  window.addEventListener("pagehide", stop);

  part.classList.remove("waiting");
  document.documentElement.dataset.passkeys = "ready";
  fill();
})();
