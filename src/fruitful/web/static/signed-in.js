// Hands the sitting to the article's page that opened this window, if it is one of the site's.
"use strict";
const main = document.querySelector("[data-signed-in]");
const { token, expires, name, origins } = main.dataset;
if (window.opener) {
  for (const origin of origins.split(" ")) {
    // The browser delivers a message only where the opener is of that very origin.
    window.opener.postMessage({ fruitful: "signed-in", token, expires, name }, origin);
  }
  main.querySelector("[data-told]").hidden = false;
  main.querySelector("[data-alone]").hidden = true;
  window.close();
}
