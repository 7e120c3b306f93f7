// Begins the terminal of textual-serve once everything that it measures is there.
"use strict";

const FONTS = ["16px", "bold 16px", "italic 16px", "italic bold 16px"];

// The script shows the picture and knows neither title nor bell: a session tells them beside it.
const HEARD = {
  title: (words) => { document.title = words; },
  bell: () => ring(),
};

window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("message", (message) => {
      if (typeof message.data === "string") {
        const [kind, words] = JSON.parse(message.data);
        HEARD[kind]?.(words);
      }
    });
  }
};

// Browsers let a page sound once something was pressed in it.
let sound = null;

function allowSound() {
  if (sound === null) {
    sound = new AudioContext();
    sound.suspend();
  }
}

function ring() {
  if (sound === null) return;
  sound.resume();
  const [tone, volume] = [sound.createOscillator(), sound.createGain()];
  volume.gain.value = 0.2;
  tone.connect(volume).connect(sound.destination);
  tone.onended = () => sound.suspend();
  tone.frequency.value = 880;
  tone.start();
  tone.stop(sound.currentTime + 0.25);
}

for (const press of ["keydown", "pointerdown"]) {
  window.addEventListener(press, allowSound, { capture: true });
}

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
