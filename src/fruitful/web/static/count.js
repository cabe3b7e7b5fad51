// Fills <span data-fruitful-count="ADDRESS"> with how many comments an article has: "3 comments", in the
// page's language, or the number alone with data-fruitful-format="number". A few articles a request, so
// that the address stays short enough for any proxy. Sends nothing personal and keeps nothing.
(() => {
  const server = new URL(document.currentScript.src).origin;
  const AT_ONCE = 20;

  const absolute = (place) => new URL(place.dataset.fruitfulCount, location.href).href;

  async function fill(places, lang) {
    const query = new URLSearchParams({ lang });
    for (const url of new Set(places.map(absolute))) query.append("article_url", url);
    const response = await fetch(`${server}/api/v1/counts?${query}`, { credentials: "omit" });
    if (!response.ok) return;
    const { counts, texts } = await response.json();
    for (const place of places) {
      const url = absolute(place);
      place.textContent = place.dataset.fruitfulFormat === "number" ? counts[url] : texts[url];
    }
  }

  function start() {
    const byLanguage = new Map();
    for (const place of document.querySelectorAll("[data-fruitful-count]")) {
      const lang = place.closest("[lang]")?.lang || "en";
      byLanguage.set(lang, [...(byLanguage.get(lang) ?? []), place]);
    }
    for (const [lang, places] of byLanguage)
      for (let first = 0; first < places.length; first += AT_ONCE)
        // A page without its counts is a page all the same.
        fill(places.slice(first, first + AT_ONCE), lang).catch(() => {});
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
