// Shows a push while no page is open, and leads to what it tells of. It fetches nothing by itself.

self.addEventListener("push", (event) => {
  const message = event.data?.json();
  if (!message) return;
  const { title, body, url, tag, lang, dir } = message;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, dir, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data;
  // Nothing but this server's own pages, whatever a message says.
  if (new URL(url).origin === self.location.origin) event.waitUntil(self.clients.openWindow(url));
});
