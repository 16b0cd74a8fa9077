// A little comfort on top of a page that is whole without it: times that go on, and news of the discussion.
(() => {
  "use strict";

  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const tick = () => {
    for (const time of document.querySelectorAll("time[title]")) {
      const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (!(age >= 0) || age >= 30 * 86400) continue;
      const step = steps.find(([, seconds]) => age >= seconds);
      const count = step && Math.floor(age / step[1]);
      const said = step ? `${count} ${step[0]}${count === 1 ? "" : "s"} ago` : "just now";
      if (time.textContent !== said) time.textContent = said;
    }
  };
  tick();
  setInterval(tick, 30000);

  for (const image of document.querySelectorAll("figure img")) {
    const leave = () => { image.closest("figure").hidden = true; };
    if (image.complete && !image.naturalWidth) leave();
    image.addEventListener("error", leave);
  }

  let shown = document.getElementById("discussion");
  if (!shown || !shown.dataset.live || !window.EventSource) return;
  let stamp = shown.dataset.stamp;
  let busy = false;

  const offer = (pulse) => {
    const news = shown.querySelector(".news");
    if (String(pulse.stamp) === stamp) {
      news.replaceChildren();
      return;
    }
    const more = pulse.comments - Number(shown.dataset.comments);
    const said = more > 0
      ? `${more} new ${more === 1 ? "comment" : "comments"}`
      : "The discussion has changed";
    const button = news.querySelector("button");
    if (button) {
      if (button.textContent !== said) button.textContent = said;
      return;
    }
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = said;
    made.addEventListener("click", show);
    news.replaceChildren(made);
  };

  async function show() {
    if (busy) return;
    busy = true;
    try {
      const address = new URL(location.href);
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("discussion");
      if (!fresh) throw new Error("no discussion");
      const known = new Set([...shown.querySelectorAll("li.comment")].map((item) => item.id));
      const added = [...fresh.querySelectorAll("li.comment")].filter((item) => !known.has(item.id));
      if (!added.length && Number(fresh.dataset.comments) > Number(shown.dataset.comments)) {
        const newest = new URL(shown.dataset.newest, location.href);
        if (newest.search === location.search) location.reload();
        else location.assign(newest);
        return;
      }
      const adopted = document.importNode(fresh, true);
      shown.replaceWith(adopted);
      shown = adopted;
      stamp = shown.dataset.stamp;
      tick();
      for (const item of added) document.getElementById(item.id).classList.add("fresh");
      const first = added.length ? document.getElementById(added[0].id) : document.getElementById("discussion-title");
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      first.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
    } catch {
      location.reload();
    } finally {
      busy = false;
    }
  }

  let stream = null;
  const listen = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(shown.dataset.live);
    stream.addEventListener("pulse", (event) => offer(JSON.parse(event.data)));
  };
  // A page in the background needs no stream; it asks anew when somebody looks at it again.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) {
      stream.close();
      stream = null;
    } else {
      listen();
    }
  });
  listen();
})();
