// The newsroom under the hands of somebody fast: keys, focus, and what to say when the server is away.
// Everything it does can be done without it, with links and forms.

const items = () => [...document.querySelectorAll("#queue > .item")];
const waiting = () => items().filter((item) => !item.classList.contains("done"));
const current = () => document.querySelector(".item[aria-current]");

function choose(item) {
  current()?.removeAttribute("aria-current");
  if (!item) return;
  item.setAttribute("aria-current", "true");
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = items();
  const here = all.indexOf(current());
  const next = here < 0 ? 0 : here + by;
  choose(all[Math.max(0, Math.min(all.length - 1, next))]);
}

// The first that still waits after this one, else the first that waits at all.
function nextWaiting(item) {
  const all = items();
  const after = all.slice(all.indexOf(item) + 1);
  return after.find((one) => !one.classList.contains("done")) ?? waiting()[0];
}

function press(scope, key) {
  const control = scope?.querySelector(`[data-key="${key}"]`);
  control?.click();
  return Boolean(control);
}

function openReject() {
  const reject = current()?.querySelector(".reject") ?? document.querySelector("main > .item .reject");
  if (!reject) return;
  reject.open = true;
  reject.querySelector("textarea, button").focus();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  r: openReject,
  a: () => press(current() ?? document.querySelector("main > .item"), "a"),
  o: () => press(current(), "o"),
  p: () => press(current() ?? document.querySelector("main > .item"), "p"),
  i: () => press(current() ?? document.querySelector("main > .item"), "i"),
  u: () => undoLast(),
  "?": () => document.getElementById("help")?.showModal(),
};

let lastDone = null;

function undoLast() {
  const done = lastDone?.isConnected ? lastDone : [...document.querySelectorAll(".item")].reverse()
    .find((item) => item.querySelector('[data-key="u"]'));
  press(done, "u");
}

function isTyping(target) {
  return target.closest("input:not([type=hidden]), textarea, select, dialog") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const reject = event.target.closest(".reject[open]");
  if (event.key === "Escape" && reject) {
    reject.open = false;
    reject.querySelector("summary").focus();
    return;
  }
  if (isTyping(event.target)) return;
  const open = reject ?? current()?.querySelector(".reject[open]");
  if (open && /^[1-7]$/.test(event.key)) {
    event.preventDefault();
    press(open, event.key);
    return;
  }
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Choosing with the mouse or the Tab key makes an item the current one, too.
document.addEventListener("focusin", (event) => {
  const item = event.target.closest("#queue > .item");
  if (!item || item === current()) return;
  current()?.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
});

// What was decided leaves its line in place, and the next one is at hand. What was brought back by
// undo is at hand itself.
document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail.requestConfig?.path?.match(/comments\/([0-9a-f-]+)\//)?.[1];
  const item = id && document.getElementById(`item-${id}`);
  if (!item) return;
  tellTimes(item);
  if (!item.classList.contains("done")) return choose(item);
  if (!item.classList.contains("refused")) lastDone = item;
  choose(nextWaiting(item) ?? item);
});

// Nothing is lost when the server is away: the item stays as it is and says so.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const item = event.detail.elt.closest?.(".item");
    if (!item) return;
    let line = item.querySelector(".failed");
    if (!line) {
      line = document.createElement("p");
      line.className = "failed alert";
      line.setAttribute("role", "alert");
      item.append(line);
    }
    line.textContent = "That could not be saved. Please try again in a moment.";
  });
}

// Moments are told in the moderator's own time zone.
const told = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function tellTimes(within) {
  for (const time of within.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = told.format(new Date(time.dateTime));
  }
}

tellTimes(document);

for (const button of document.querySelectorAll(".keys")) {
  button.hidden = false;
  button.addEventListener("click", keys["?"]);
}
