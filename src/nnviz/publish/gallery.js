"use strict";
// The address alone chooses between the wall and a single figure (":target" in the style sheet),
// so that the page is whole without this script. It adds search, filters, keys and copying.
(() => {
  const all = [...document.querySelectorAll("article")];
  const sections = [...document.querySelectorAll("section")];
  const tools = document.querySelector(".tools");
  const [search, part, verdict] = tools.querySelectorAll("input, select");
  const status = tools.querySelector("[role=status]");
  const none = document.querySelector(".none");
  const title = document.title;

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const said = (article) => [article.id, ...[...article.querySelectorAll("h3, p")].map((e) => e.textContent)];
  const texts = new Map(all.map((article) => [article, plain(said(article).join("\n"))]));
  const address = (article) => article.querySelector("h3 a").href;
  const shown = () => all.filter((article) => !article.hidden);
  const target = () => {
    const name = location.hash.slice(1);
    return all.find((article) => name && address(article).endsWith(`#${name}`));
  };

  const order = () => {
    const row = shown();
    for (const article of all) {
      const place = row.indexOf(article);
      const [back, on] = article.querySelectorAll(".turn [rel]");
      for (const [link, other] of [[back, row[place - 1]], [on, row[place + 1]]]) {
        link.hidden = place < 0 || !other;
        if (other) link.href = address(other);
      }
      const count = article.querySelector(".turn span");
      count.textContent = place < 0 ? "" : count.dataset.words.replace("{place}", place + 1).replace("{all}", row.length);
    }
  };

  const filter = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    for (const article of all) {
      const fits = words.every((word) => texts.get(article).includes(word));
      const kind = !verdict.value || article.dataset.verdict === verdict.value;
      article.hidden = !(fits && kind && (!part.value || article.closest("section").id === part.value));
    }
    for (const section of sections) section.hidden = !section.querySelector("article:not([hidden])");
    const count = shown().length;
    none.hidden = count > 0;
    status.textContent = status.dataset.words.replace("{shown}", count).replace("{all}", all.length);
    order();
  };

  let last = target();
  const turned = () => {
    const article = target();
    document.title = article ? `${article.querySelector("h3").textContent.trim()} · ${title}` : title;
    if (article) {
      article.querySelector("h3 a").focus({ preventScroll: true });
      scrollTo(0, 0);
    } else if (last && !last.hidden) {
      last.querySelector("h3 a").focus();
    }
    last = article;
  };

  const links = { ArrowLeft: "[rel=prev]", ArrowRight: "[rel=next]", Escape: ".up" };
  addEventListener("keydown", (event) => {
    const plainKey = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const link = plainKey && !event.target.closest?.("input, select") && target()?.querySelector(links[event.key] ?? "none");
    if (!link || link.hidden) return;
    event.preventDefault();
    link.click();
  });

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  for (const button of document.querySelectorAll(".copy")) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copied(button.closest("article").querySelector("code").textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }

  for (const control of [search, part, verdict]) control.addEventListener("input", filter);
  addEventListener("hashchange", turned);
  tools.hidden = false;
  filter(); // a browser keeps what was typed when the page is loaded again
  if (last) turned();
})();
