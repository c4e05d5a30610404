// -- refine: what can be made of a turn next, with its price, and the rounds so far ---------------------------------------

/** The dialog. */
function refine(app) {
  const state = { told: null, asked: "" };
  const about = el("p", { className: "varied", dir: "auto" });
  const ways = el("ul", { className: "ways" });
  const rounds = el("nav", { "aria-label": "Rounds" });
  const dialog = el("dialog", { className: "refine", "aria-label": "Refine" }, about, ways, rounds, el("div", { className: "row" }, el("span", { className: "spring" }), button("Close", "close", () => dialog.close())));

  app.link.on("refine", (message) => {
    state.told = message;
    draw();
  });
  function way(words, why, price, go, works = true) {
    const made = button(words, null, () => (dialog.close(), go()));
    able(made, works && !app.away);
    return el("li", {}, made, el("span", { className: "quiet" }, [why, price?.words].filter(Boolean).join(" · ")));
  }
  function draw() {
    const { told } = state;
    const turn = app.turn(state.asked);
    if (!turn || told?.turn !== turn.id) return;
    about.textContent = `Turn ${turn.n}: ${short(told.prompt, 400)}`;
    ways.replaceChildren(
      way("Vary around this", "keep its prompt, and vary parts of it", null, () => app.vary.around(turn, told)),
      way("More like this", `${told.several} more of the same`, told.more, () => app.ask(told.more, (yes) => app.link.tell({ do: "again", turn: turn.id, count: told.several, yes }))),
      way(`Draw the starred at ${told.size}`, told.count ? `${plural(told.count, "picture")} with 3 stars or more` : "give some pictures 3 stars or more first", told.count ? told.starred : null, () => app.ask(told.starred, (yes) => {
        app.link.tell({ do: "starred", size: told.size, yes });
        app.sheet.of("all");
      }), told.count > 0),
    );
    rounds.replaceChildren(...(told.rounds.length ? [el("p", { className: "label" }, "Rounds so far"), el("ol", {}, ...told.rounds.map((one) => el("li", {}, button(one.name, "grid", () => (dialog.close(), app.sheet.of(one.id))), el("span", { className: "quiet" }, `${plural(one.pictures, "picture")} · ${one.cost}`))))] : []));
  }
  return {
    dialog,
    open() {
      state.asked = app.look;
      about.textContent = "";
      ways.replaceChildren();
      rounds.replaceChildren();
      app.link.tell({ do: "refine", turn: app.look });
      dialog.showModal();
    },
  };
}
