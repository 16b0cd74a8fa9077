/** Small menus beside a button: opened by it, left with Escape, walked with the arrows. */

import { h, icon } from "./dom.js";

let open = null;

/** Show a menu; `items` are `{label, run, icon?, hint?, danger?, big?}`. */
export function openMenu(anchor, label, items) {
  const again = open?.anchor === anchor;
  closeMenu();
  if (again) return;
  const menu = h(
    "div",
    { class: items.every((item) => item.big) ? "menu grid" : "menu", role: "menu", "aria-label": label },
    items.map((item) =>
      h("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : null, onclick: () => { closeMenu(true); item.run(); } },
        item.icon ? icon(item.icon) : null, h("span", { class: item.big ? "emoji" : null }, item.label), item.hint ? h("small", {}, item.hint) : null)),
  );
  menu.addEventListener("keydown", walk);
  document.body.append(menu);
  place(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  open = { menu, anchor };
  menu.firstElementChild?.focus();
}

/** Close the menu that is open, if any. */
export function closeMenu(refocus = false) {
  if (!open) return;
  const { menu, anchor } = open;
  open = null;
  menu.remove();
  anchor.removeAttribute("aria-expanded");
  if (refocus) anchor.focus();
}

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = box.bottom + height + 8 < window.innerHeight;
  menu.style.setProperty("left", `${Math.max(8, Math.min(box.right - width, window.innerWidth - width - 8))}px`);
  menu.style.setProperty("top", `${Math.max(8, below ? box.bottom + 4 : box.top - height - 4)}px`);
}

function walk(event) {
  const items = [...event.currentTarget.children];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in steps) {
    event.preventDefault();
    items[(at + steps[event.key] + items.length) % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    closeMenu(true);
  }
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target) && !open.anchor.contains(event.target)) closeMenu();
});
window.addEventListener("resize", () => closeMenu());
