// Begins the terminal of textual-serve once everything that it measures is there.
"use strict";

const FONTS = ["16px", "bold 16px", "italic 16px", "italic bold 16px"];

function say(words) {
  document.getElementById("opening").textContent = words;
}

async function begin() {
  const terminal = document.getElementById("terminal");
  // By the address in the bar, so that a tunnel or a proxy in between may have another.
  terminal.dataset.sessionWebsocketUrl = new URL("/ws", location).href.replace(/^http/, "ws");
  // The width of a cell is measured once: with another font, columns would not be where they seem.
  await Promise.all(FONTS.map((font) => document.fonts.load(`${font} "Roboto Mono"`)));
  const script = document.createElement("script");
  script.src = "/static/js/textual.js";
  script.onload = () => window.onload();
  document.body.append(script);
}

// Textual hears no key before somebody has clicked into the terminal.
new MutationObserver(() => {
  if (document.body.classList.contains("-loaded")) {
    document.querySelector(".xterm-helper-textarea").focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });

document.getElementById("again").addEventListener("click", () => location.reload());
window.addEventListener("error", (event) => say(`This browser cannot show it: ${event.message}`));
begin().catch((error) => say(`It could not be opened: ${error.message}`));
