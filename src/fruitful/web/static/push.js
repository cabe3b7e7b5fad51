// Lets this browser be told of news while no page is open, from the page of preferences. Where the
// browser cannot, the section stays hidden; letters and feeds need no script.

const section = document.querySelector("[data-push]");
const on = section.querySelector("[data-on]");
const off = section.querySelector("[data-off]");
const blocked = section.querySelector("[data-blocked]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

async function send(path, body) {
  const response = await fetch(`/api/v1/me/notifications/push${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(String(response.status));
}

function show(subscription) {
  on.hidden = Boolean(subscription);
  off.hidden = !subscription;
}

// A worker can be subscribed only once it is active.
async function active(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!worker || registration.active) return;
  await new Promise((resolve) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
  });
}

async function turnOn(registration) {
  await active(registration);
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(section.dataset.key),
  });
  try {
    await send("", { ...subscription.toJSON(), lang: document.documentElement.lang });
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  return subscription;
}

async function turnOff(registration) {
  const subscription = await registration.pushManager.getSubscription();
  if (!subscription) return;
  await send("/stop", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}

async function start() {
  const registration = await navigator.serviceWorker.register("/static/push-worker.js");
  show(await registration.pushManager.getSubscription());
  section.hidden = false;
  const change = (act) => async () => {
    blocked.hidden = true;
    try {
      show(await act(registration));
    } catch {
      blocked.hidden = false;
    }
    (on.hidden ? off : on).focus();
  };
  on.addEventListener("click", change(turnOn));
  off.addEventListener("click", change(turnOff));
}

if ("serviceWorker" in navigator && "PushManager" in window) start();
