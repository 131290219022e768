// Nightclub's page: logs in, tries the doors and shows the stamp. It never sees a token: the browser keeps it in an HttpOnly
// cookie and sends it along. Every text reaches the page through textContent, so nothing that was typed or answered is markup.

const doors = [
    {id: "street", name: "The street", path: "/", rule: "Open to all."},
    {id: "floor", name: "The floor", path: "/floor", rule: "Any valid stamp."},
    {id: "bar", name: "The bar", path: "/bar", rule: "The claim age says 18 or more."},
    {id: "lounge", name: "The lounge", path: "/lounge", rule: "The role vip."},
    {id: "guestlist", name: "The guest list", path: "/guestlist", rule: "The scope guestlist:read."},
    {id: "guestlist-add", name: "Onto the guest list", path: "/guestlist", method: "POST", rule: "The scope guestlist:write."},
];

// What each member of a token means, in the words of RFC 7515 §4.1, RFC 7519 §4.1 and RFC 9068 §2.2.
const meanings = {
    alg: "How it is signed",
    kid: "Which of the issuer’s keys signed it",
    typ: "An access token, and no other kind of JWT",
    iss: "Who stamped it",
    sub: "Whose stamp it is: an identifier that never changes",
    aud: "Which API it is for; any other refuses it",
    client_id: "Which application asked for it",
    iat: "When it was stamped",
    exp: "When it fades",
    jti: "This one token’s own number",
    sid: "The session that it belongs to",
    grant_id: "What its holder allowed; revoked, it takes the token with it",
    rev: "How far the list of what was taken back went when it was stamped",
    scope: "What it allows here",
    roles: "The roles of its holder",
    groups: "The same roles, as MicroProfile calls them",
    name: "The holder’s name",
    preferred_username: "The name that the holder logs in with",
    age: "An attribute of the holder; the bar asks for it",
};

const byId = id => document.getElementById(id);

let club = {audience: location.origin};
let fadesAt = 0; // on the clock of performance.now(), which nobody sets
let lifetime = 1;
let clockwork = 0;

async function ask(method, path, body) {
    const headers = {Accept: "application/json"};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
        const response = await fetch(path, {method, headers, body: body && JSON.stringify(body), cache: "no-store"});
        const text = await response.text();
        return {
            status: response.status,
            reason: response.statusText,
            challenge: response.headers.get("WWW-Authenticate"),
            answer: parsed(text),
        };
    } catch {
        return {status: 0, reason: "no answer", challenge: null, answer: {message: "Is Nightclub still running?"}};
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return {};
    }
}

// --- the entrance ---

async function logIn(event) {
    event.preventDefault();
    const submit = byId("log-in").querySelector("[type=submit]");
    submit.disabled = true;
    const login = await ask("POST", "/session", {
        username: byId("username").value,
        password: byId("password").value,
        audience: club.audience,
        delivery: "cookie",
    });
    submit.disabled = false;
    if (login.status < 200 || login.status > 299) return showLogInProblem(sentence(login));

    byId("password").value = "";
    clearResults();
    if (await showStamp()) {
        byId("welcome").focus();
        announce("Logged in.");
    } else {
        // Safari does not keep a Secure cookie that came over plain http, not even from localhost.
        showLogInProblem("The login succeeded, but the browser did not keep the cookie. Chromium and Firefox do.");
    }
}

async function logOut() {
    await ask("DELETE", "/session");
    showOutside();
    byId("username").focus();
    announce("Logged out.");
}

async function refresh() {
    const renewed = await ask("POST", "/session/refresh");
    if (renewed.status < 200 || renewed.status > 299) {
        showOutside();
        return showLogInProblem(`The session is over: ${sentence(renewed)}`);
    }
    clearResults();
    await showStamp();
    announce("A fresh stamp.");
}

// A page that opens while the browser still holds a stamp: a good one is shown, a faded one is renewed, and none is no problem.
async function comeBack() {
    const {status, answer} = await ask("GET", "/stamp");
    if (status === 200) return show(answer);
    if (answer.error === "invalid_token") await refresh();
}

function showLogInProblem(text) {
    byId("log-in-problem").textContent = text;
    byId("log-in-problem").hidden = false;
}

function showOutside() {
    clearInterval(clockwork);
    document.body.classList.remove("in");
    byId("outside").hidden = false;
    byId("inside").hidden = true;
    byId("stamp").hidden = true;
    byId("operator").hidden = true;
    byId("log-in-problem").hidden = true;
    clearResults();
}

// --- the stamp ---

async function showStamp() {
    const {status, answer} = await ask("GET", "/stamp");
    if (status !== 200) return false;
    show(answer);
    return true;
}

function show(stamp) {
    const claims = stamp.payload;
    byId("welcome").textContent = `Good evening, ${claims.name ?? claims.sub}`;
    byId("privileges").textContent = privileges(claims);
    showOperator(claims);
    byId("encoded-header").textContent = stamp.encodedHeader;
    byId("encoded-payload").textContent = stamp.encodedPayload;
    byId("encoded-signature").textContent = `${stamp.signatureStart}…`;
    byId("signature-rest").textContent = `${stamp.signatureStart.length} of ${stamp.signatureLength}`;
    byId("header-members").replaceChildren(...members(stamp.header));
    byId("payload-members").replaceChildren(...members(claims));

    document.body.classList.add("in");
    byId("outside").hidden = true;
    byId("inside").hidden = false;
    byId("stamp").hidden = false;
    byId("log-in-problem").hidden = true;
    startCountdown(stamp.millisecondsLeft, (claims.exp - claims.iat) * 1000);
}

// --- the operator ---

function showOperator(claims) {
    byId("operator").hidden = !claims.roles?.includes("operator");
    byId("off-the-list").textContent = "";
}

function hangSendHome(chip) {
    const button = document.createElement("button");
    button.type = "button";
    button.id = `send-home-${chip.dataset.username}`;
    button.textContent = `Take ${chip.dataset.username} off the list`;
    button.addEventListener("click", () => sendHome(chip.dataset.username));
    byId("guests-to-send-home").append(button);
}

async function sendHome(username) {
    byId("off-the-list").textContent = "…";
    byId("off-the-list").textContent = sentence(await ask("POST", "/off-the-list", {username}));
}

function privileges(claims) {
    const roles = claims.roles?.length ? `role ${claims.roles.join(", ")}` : "no role";
    const age = claims.age === undefined ? "age unknown" : `${claims.age} years old`;
    return `${age}, ${roles}`;
}

function members(object) {
    return Object.entries(object).map(([name, value]) => {
        const member = byId("member").content.cloneNode(true);
        member.querySelector("dt code").textContent = name;
        member.querySelector(".value").textContent = readable(name, value);
        member.querySelector(".meaning").textContent = meanings[name] ?? "A claim of this issuer’s own";
        return member;
    });
}

function readable(name, value) {
    if (["iat", "exp", "nbf"].includes(name)) return `${value} (${new Date(value * 1000).toLocaleTimeString()})`;
    return typeof value === "string" ? value : JSON.stringify(value);
}

function startCountdown(left, whole) {
    clearInterval(clockwork);
    fadesAt = performance.now() + left;
    lifetime = Math.max(whole, 1);
    byId("life").classList.remove("over");
    byId("faded").hidden = true;
    clockwork = setInterval(countDown, 250);
    countDown();
}

function countDown() {
    const left = Math.max(0, fadesAt - performance.now());
    const seconds = Math.ceil(left / 1000);
    byId("time-left").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    byId("life").style.setProperty("--left", String(Math.min(1, left / lifetime)));
    if (left === 0) fade();
}

function fade() {
    clearInterval(clockwork);
    byId("life").classList.add("over");
    // The doors allow for a second between their clock and the issuer's.
    clockwork = setTimeout(showShutDoor, 1100);
}

async function showShutDoor() {
    await tryDoor(doors.find(door => door.id === "floor"));
    byId("faded").hidden = false;
    announce("Your stamp has faded. The doors answer 401. Refresh to go on.");
}

// --- the doors ---

function hangDoor(door) {
    const item = byId("door").content.cloneNode(true);
    const card = item.querySelector(".door");
    card.id = door.id;
    card.querySelector("h3").textContent = door.name;
    card.querySelector(".address").textContent = `${door.method ?? "GET"} ${door.path}`;
    card.querySelector(".rule").textContent = door.rule;
    card.querySelector("[type=submit]").setAttribute("aria-label", `Try ${door.name}`);
    card.querySelector(".name-label").hidden = door.method !== "POST";
    card.querySelector("form").addEventListener("submit", event => {
        event.preventDefault();
        tryDoor(door).then(result => announce(`${door.name}: ${result.status}. ${sentence(result)}`));
    });
    byId("door-list").append(item);
}

async function tryDoor(door) {
    const card = byId(door.id);
    const body = door.method === "POST" ? {name: card.querySelector("input").value} : undefined;
    const result = await ask(door.method ?? "GET", door.path, body);
    card.classList.toggle("open", result.status >= 200 && result.status < 300);
    card.classList.toggle("shut", result.status < 200 || result.status > 299);
    card.querySelector(".status").textContent = `${result.status} ${result.reason}`;
    card.querySelector(".reason").textContent = sentence(result);
    card.querySelector(".challenge").hidden = !result.challenge;
    card.querySelector(".challenge code").textContent = result.challenge ?? "";
    card.querySelector(".result").hidden = false;
    return result;
}

async function tryEveryDoor() {
    const results = await Promise.all(doors.map(tryDoor));
    announce(doors.map((door, index) => `${door.name}: ${results[index].status}`).join(", "));
}

function sentence({status, answer}) {
    if (answer.guests) return answer.guests.length ? `On the list: ${answer.guests.join(", ")}.` : "The list is empty.";
    return answer.message ?? answer.error_description ?? answer.error ?? (status === 401 ? "No stamp was shown." : "");
}

function clearResults() {
    for (const card of document.querySelectorAll(".door")) {
        card.classList.remove("open", "shut");
        card.querySelector(".result").hidden = true;
    }
}

function announce(text) {
    byId("announcement").textContent = text;
}

// --- the opening ---

doors.forEach(hangDoor);
byId("log-in").addEventListener("submit", logIn);
byId("log-out").addEventListener("click", logOut);
byId("refresh").addEventListener("click", refresh);
byId("try-all").addEventListener("click", tryEveryDoor);
for (const chip of document.querySelectorAll("[data-username]")) {
    chip.addEventListener("click", () => {
        byId("username").value = chip.dataset.username;
        byId("password").focus();
    });
    if (chip.dataset.username !== "olga") hangSendHome(chip);
}
byId("origin").textContent = location.origin;
club = (await ask("GET", "/")).answer;
byId("about").textContent = `Stamps come from ${club.issuer} and are checked ${club.checking}.`;
await comeBack();
document.body.dataset.ready = "";
