/** Building the document: nodes and attributes only, so that no text from outside is ever read as markup. */

const SVG = "http://www.w3.org/2000/svg";
const SAFE = new Set(["http:", "https:", "mailto:"]);

/** An element. `on…` are listeners, `true` is an empty attribute, `false` and null are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A shape in a picture. */
export function shape(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const ICONS = {
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-3 7h.01M15 10h.01M8.5 14.5c1 1.3 2.2 2 3.5 2s2.5-.7 3.5-2",
  reply: "M9 7 4 12l5 5M4 12h9a7 7 0 0 1 7 6",
  pencil: "m4 20 1-4L16 5l3 3L8 19l-4 1Zm10-13 3 3",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  dots: "M6 12h.01M12 12h.01M18 12h.01",
  close: "m6 6 12 12M18 6 6 18",
  back: "m14 6-6 6 6 6",
  plus: "M12 5v14M5 12h14",
  send: "m4 12 16-8-5 16-3.5-6.5L4 12Z",
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  thread: "M5 5h14v10H11l-4 4v-4H5Z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  play: "M7 4.5v15l12-7.5-12-7.5Z",
  power: "M12 3v8M6.5 6.5a8 8 0 1 0 11 0",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8ZM12 17v4",
  page: "M6 3h8l4 4v14H6V3Zm8 0v4h4M9 12h6M9 16h6",
  clip: "m19 11-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.2a3 3 0 0 1 4.3 4.3l-7.7 7.6a1.5 1.5 0 0 1-2.1-2.1L14.5 7",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
};

/** A line icon, hidden from screen readers: its button names itself. */
export function icon(name) {
  const drawn = shape("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  drawn.append(shape("path", { d: ICONS[name] }));
  return drawn;
}

/** A button that shows an icon and says a name. */
export function iconButton(name, label, action, attributes = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: action, ...attributes }, icon(name));
}

/** The address, where it is one that a page may link to; else null. */
export function safeAddress(address) {
  try {
    return SAFE.has(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

/** A link to somewhere else; its children alone where the address is not one to follow. */
export function link(address, attributes, ...children) {
  const safe = safeAddress(address);
  if (!safe) return h("span", {}, ...children);
  return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer nofollow", ...attributes }, ...children);
}

/** Put one element in another's place; where the focus was in it, it goes on in the same tool. */
function replace(element, fresh) {
  const held = element.contains(document.activeElement) ? document.activeElement : null;
  element.replaceWith(fresh);
  if (!held) return;
  const label = held.getAttribute("aria-label");
  const same = label && fresh.querySelector(`[aria-label="${CSS.escape(label)}"]`);
  (same || fresh).focus({ preventScroll: true });
}

/**
 * Make `parent` show `items` in order, each drawn by `draw(item)` and kept for as long as its `sign` stays the same.
 * What is kept keeps its selection and its place.
 */
export function reconcile(parent, items, { key, sign, draw }) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const wanted = sign(item);
    let element = before.get(id);
    before.delete(id);
    if (!element || element.drawnFrom !== wanted) {
      const fresh = draw(item);
      fresh.dataset.key = id;
      fresh.drawnFrom = wanted;
      if (element) {
        if (place === element) place = fresh;
        replace(element, fresh);
      } else fresh.classList.add("is-new");
      element = fresh;
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const left of before.values()) left.remove();
}
