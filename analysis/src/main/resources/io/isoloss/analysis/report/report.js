"use strict";
(() => {
  const parsed = JSON.parse(document.getElementById("data").textContent);
  /* Of one group its charts, of several a list of them, each with the prefix of its elements' ids. */
  const groups = Array.isArray(parsed) ? parsed : [{ name: "", prefix: "", ...parsed }];
  const HUES = ["#3a6fd8", "#12908f", "#4f9a2f", "#c08a12", "#d9622b", "#c23a72", "#8a4fc9", "#7a6a5a"];
  const SYMBOLS = [
    "circle", "rect", "triangle", "path://M0,0L10,0L5,9Z", "path://M3,0H7V3H10V7H7V10H3V7H0V3H3Z", "path://M5,0L10,5L5,10L0,5Z",
    "path://M2,0L5,3L8,0L10,2L7,5L10,8L8,10L5,7L2,10L0,8L3,5L0,2Z", "path://M0,3H10V7H0Z",
  ];
  /* Low loss to high loss; even steps in lightness, readable on white and on near-black. */
  const RAMP = ["#5b3fc4", "#2f78c8", "#1f9f8f", "#6fae3a", "#d6a21e", "#e0662e"];
  const ROOT_TEN = Math.sqrt(10);

  /* Numbers as Numbers.java prints them. */
  const flops = (v) => v.toExponential(2).replace("e+", "e");
  const loss = (v) => v.toFixed(4);
  function count(v) {
    if (v >= 999.5e12 || (v > 0 && v < 0.01)) return flops(v);
    let scale = 0;
    while (v >= 999.5 && scale < 4) {
      v /= 1000;
      scale++;
    }
    if (scale === 0 && Number.isInteger(v)) return String(v);
    return v.toFixed(v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2) + ["", "K", "M", "B", "T"][scale];
  }
  /* Axis labels are powers of ten and of its root: two digits say them. */
  const brief = (text) => text.replace(/\.0+(?=\D|$)|(\.\d*[1-9])0+(?=\D|$)/, "$1");
  const tickCount = (v) => brief(count(+v.toPrecision(2)));
  const tickFlops = (v) => brief(flops(+v.toPrecision(2)));

  const ramp = (share) => {
    const place = Math.max(0, Math.min(1, share)) * (RAMP.length - 1);
    const from = Math.min(Math.floor(place), RAMP.length - 2);
    const mix = (a, b) => Math.round(a + (b - a) * (place - from));
    const part = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
    return "rgb(" + [0, 1, 2].map((i) => mix(part(RAMP[from], i), part(RAMP[from + 1], i))).join(",") + ")";
  };
  const LINE = "path://M0,4H20V7H0Z";
  const hue = (place) => (place == null ? theme.muted : HUES[place % HUES.length]);
  const symbol = (place) => (place == null ? "circle" : SYMBOLS[place % SYMBOLS.length]);
  const budget = (profile) => "C = " + brief(flops(profile.flops));

  let theme;
  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue("--" + name).trim();
    theme = Object.fromEntries(["page", "raised", "ink", "muted", "line", "grid", "accent"].map((n) => [n, colour(n)]));
  }

  /* Tooltips are built of text nodes, so that a run's name is never markup. */
  function tip(title, rows) {
    const box = document.createElement("div");
    box.className = "tip";
    box.appendChild(document.createElement("b")).textContent = title;
    for (const [label, value] of rows) {
      const row = box.appendChild(document.createElement("span"));
      row.appendChild(document.createElement("i")).textContent = label;
      row.appendChild(document.createElement("span")).textContent = value;
    }
    return box;
  }
  const range = (estimate, format) =>
    format(estimate.value) + (estimate.low == null ? "" : " (" + format(estimate.low) + " to " + format(estimate.high) + ")");
  const runTip = (run) =>
    tip(run.name, [
      ["N", count(run.params)],
      ["D", count(run.tokens)],
      ["C", flops(run.flops) + " FLOPs"],
      ["loss", loss(run.loss) + (run.standardError == null ? "" : " ± " + loss(run.standardError))],
      ...(run.fitted == null ? [] : [["fitted loss", loss(run.fitted)]]),
      ["tokens per parameter", count(run.tokens / run.params)],
    ]);
  const minimumTip = (profile) =>
    tip("Minimum at " + budget(profile) + " FLOPs", [
      ["N_opt", range(profile.params, count)],
      ["D_opt", range(profile.tokens, count)],
      ["loss", loss(profile.loss)],
    ]);
  const frontierTip = (name) => (point) =>
    tip(name + (point.extrapolated ? " (extrapolated)" : ""), [
      ["C", flops(point.flops) + " FLOPs"],
      ["N_opt", range(point.params, count)],
      ["D_opt", range(point.tokens, count)],
      ...(point.loss ? [["loss", range(point.loss, loss)]] : []),
    ]);

  /* Axes. A log axis ends on a power of ten, or of its root where the data span few decades. */
  function logAxis(name, values, format, extra) {
    const low = Math.log10(Math.min(...values));
    const high = Math.log10(Math.max(...values));
    const step = high - low > 3.5 ? 1 : 0.5;
    const ends = [Math.floor((low - 0.04) / step) * step, Math.ceil((high + 0.04) / step) * step];
    const wide = (ends[1] - ends[0]) / step;
    return {
      type: "log", logBase: step === 1 ? 10 : ROOT_TEN, name,
      min: Math.pow(10, ends[0]), max: Math.pow(10, ends[1]),
      axisLabel: { formatter: format, color: theme.muted, hideOverlap: true, showMaxLabel: wide < 9 },
      ...look(), ...extra,
    };
  }
  const lossAxis = (extra) => ({
    type: "value", scale: true, name: "Validation loss (nats per token)",
    axisLabel: { color: theme.muted, formatter: (v) => String(+v.toFixed(4)) }, ...look(), ...extra,
  });
  const look = () => ({
    nameTextStyle: { color: theme.ink, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.line } },
    axisTick: { lineStyle: { color: theme.line } },
    splitLine: { lineStyle: { color: theme.grid } },
  });
  const below = { nameLocation: "middle", nameGap: 30 };

  function frame(x, y, series, legend) {
    return {
      animation: false,
      title: { text: y.name, left: 0, top: 8, padding: 0, textStyle: { color: theme.ink, fontSize: 12, fontWeight: "normal" } },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: theme.ink },
      grid: { left: 8, right: 28, top: 38, bottom: legend ? 68 : 34, containLabel: true },
      legend: legend && {
        type: "scroll", bottom: 4, itemWidth: 12, itemHeight: 11, data: legend, textStyle: { color: theme.ink }, inactiveColor: theme.line,
        pageTextStyle: { color: theme.muted }, pageIconColor: theme.accent, pageIconInactiveColor: theme.line,
      },
      tooltip: {
        trigger: "item", confine: true, backgroundColor: theme.raised, borderColor: theme.line,
        textStyle: { color: theme.ink },
        formatter: (hit) => (hit.data && hit.data.tip ? hit.data.tip() : ""),
      },
      xAxis: { ...x, ...below },
      yAxis: { ...y, name: "" },
      series,
    };
  }

  /* Series. */
  const dots = (name, runs, place, of, extra) => ({
    type: "scatter", name, symbol: symbol(place), symbolSize: 9, z: 4,
    itemStyle: { color: hue(place), opacity: 0.9, borderColor: theme.page, borderWidth: 0.5 },
    data: runs.map((run) => ({ value: of(run), tip: () => runTip(run) })), ...extra,
  });
  const curve = (name, points, colour, extra) => ({
    type: "line", name, symbol: "none", z: 2, lineStyle: { color: colour, width: 2 }, itemStyle: { color: colour },
    emphasis: { disabled: true }, data: points, ...extra,
  });
  const dashed = (colour) => ({ lineStyle: { color: colour, width: 1.5, type: [5, 4] } });
  /* Points that show a tooltip along a line without being drawn. */
  const feelers = (name, points, of, tell) => ({
    type: "scatter", name, symbolSize: 14, z: 1, itemStyle: { color: "rgba(0,0,0,0)" }, emphasis: { disabled: true },
    data: points.map((point) => ({ value: of(point), tip: () => tell(point) })),
  });
  const minima = (name, profiles, colour, of) => ({
    type: "scatter", name, symbol: "diamond", symbolSize: 15, z: 6,
    itemStyle: { color: colour, borderColor: theme.ink, borderWidth: 1.5 },
    data: profiles.map((profile) => ({ value: of(profile), tip: () => minimumTip(profile) })),
  });
  /* Whiskers from one point to another: [[x, y], [x, y]] each. */
  const whiskers = (name, pairs, colour, upright) => ({
    type: "custom", name, z: 5, clip: true, silent: true, itemStyle: { color: colour }, data: pairs.map((pair) => pair[0]),
    renderItem: (params, api) => {
      const [from, to] = pairs[params.dataIndex].map((point) => api.coord(point));
      const cap = ([x, y]) => (upright
        ? { x1: x - 5, y1: y, x2: x + 5, y2: y }
        : { x1: x, y1: y - 5, x2: x, y2: y + 5 });
      const line = (shape) => ({ type: "line", shape, style: { stroke: colour, lineWidth: 1.8 } });
      return {
        type: "group",
        children: [line({ x1: from[0], y1: from[1], x2: to[0], y2: to[1] }), line(cap(from)), line(cap(to))],
      };
    },
  });
  /* The area between two lines over the same x. */
  const band = (name, lower, upper, colour) => ({
    type: "custom", name, z: 0, clip: true, silent: true, itemStyle: { color: colour }, data: [lower[0]],
    renderItem: (params, api) => ({
      type: "polygon",
      shape: { points: [...lower, ...upper.slice().reverse()].map((point) => api.coord(point)) },
      style: { fill: colour, opacity: 0.16 },
    }),
  });

  const bounded = (points, of) => points.length > 0 && points.every((point) => of(point) && of(point).low != null);
  /* A frontier as a solid line where it was measured, dashed beyond, with its band. */
  function frontierLine(name, points, of, colour) {
    if (!points.length) return [];
    const at = (point) => [point.flops, of(point).value];
    const inside = points.filter((point) => !point.extrapolated);
    return [
      curve(name, inside.map(at), colour),
      curve(name, points.slice(0, 2).map(at), colour, dashed(colour)),
      curve(name, points.slice(-2).map(at), colour, dashed(colour)),
      ...(bounded(points, of)
        ? [band(name, points.map((p) => [p.flops, of(p).low]), points.map((p) => [p.flops, of(p).high]), colour)]
        : []),
      feelers(name, points, at, frontierTip(name)),
    ];
  }

  function chartsOf(data) {
    const usable = data.profiles.filter((profile) => profile.usable);
    const runsOf = (place) => data.runs.filter((run) => run.profile === place);
    const others = data.runs.filter((run) => run.profile == null);
    const charts = {
      "isoflop-chart"() {
        const at = (run) => [run.params, run.loss];
        const series = data.profiles.flatMap((profile, place) => {
          const name = budget(profile);
          const runs = runsOf(place).sort((a, b) => a.params - b.params);
          const parts = [dots(name, runs, place, at)];
          if (!profile.usable) {
            return [...parts, curve(name, runs.map(at), hue(place), { lineStyle: { color: hue(place), width: 1, type: "dotted" } })];
          }
          const { low, high } = profile.params;
          return [
            ...parts, curve(name, profile.curve, hue(place)), minima(name, [profile], hue(place), (p) => [p.params.value, p.loss]),
            ...(low == null ? [] : [whiskers(name, [[[low, profile.loss], [high, profile.loss]]], hue(place), false)]),
          ];
        });
        const sizes = data.runs.filter((run) => run.profile != null).map((run) => run.params);
        return frame(logAxis("Parameters N", sizes, tickCount), lossAxis(), series, data.profiles.map(budget));
      },

      "loss-chart"() {
        const at = (run) => [run.flops, run.loss];
        const law = "Frontier of the law";
        const lowest = "IsoFLOP minima";
        const names = data.profiles.map(budget);
        const series = [
          ...data.profiles.map((profile, place) => dots(names[place], runsOf(place), place, at)),
          ...(others.length ? [dots("Other runs", others, null, at, { symbolSize: 7 })] : []),
          ...frontierLine(law, data.law, (point) => point.loss, theme.ink),
          ...(usable.length ? [minima(lowest, usable, "transparent", (profile) => [profile.flops, profile.loss])] : []),
        ];
        const legend = [
          ...(data.law.length ? [{ name: law, icon: LINE }] : []), ...(usable.length ? [lowest] : []), ...names, ...(others.length ? ["Other runs"] : []),
        ];
        const x = logAxis("Training compute C (FLOPs)", data.runs.map((run) => run.flops), tickFlops);
        return frame(x, lossAxis(), series, legend);
      },

      "params-chart": () => optimum("N_opt (parameters)", (point) => point.params),
      "tokens-chart": () => optimum("D_opt (tokens)", (point) => point.tokens),

      "contour-chart"() {
        const losses = data.runs.map((run) => run.loss);
        /* Beyond the highest contour the few worst runs share one colour. */
        const [low, high] = [Math.min(...losses), data.contours.length ? data.contours[data.contours.length - 1].loss : Math.max(...losses)];
        const colour = (value) => ramp(high > low ? (value - low) / (high - low) : 0);
        const names = { contours: "Iso-loss contours", budgets: "Budgets C = 6ND", path: "Compute-optimal path", runs: "Runs" };
        const sizes = data.runs.map((run) => run.params);
        const tokens = data.runs.map((run) => run.tokens);
        const x = logAxis("Parameters N", sizes, tickCount);
        const y = logAxis("Training tokens D", tokens, tickCount);
        const decimals = Math.max(0, ...data.contours.map((contour) => (String(+contour.loss.toPrecision(6)).split(".")[1] || "").length));
        const inside = ([n, d]) => n <= x.max && d <= y.max && n >= x.min && d >= y.min;
        const contours = data.contours.map((contour) =>
          curve(names.contours, contour.points.filter(inside).reverse(), colour(contour.loss), {
            labelLayout: { hideOverlap: true },
            lineStyle: { color: colour(contour.loss), width: 1.6 }, itemStyle: { color: theme.muted },
            endLabel: { show: true, formatter: contour.loss.toFixed(decimals), color: theme.ink, fontSize: 11, distance: 2,
              textBorderColor: theme.page, textBorderWidth: 3 },
          }));
        const diagonals = data.profiles.map((profile) =>
          curve(names.budgets, [x.min, x.max].map((n) => [n, profile.flops / (6 * n)]), theme.muted, {
            z: 1, lineStyle: { color: theme.muted, width: 1, type: "dotted", opacity: 0.8 },
          }));
        const path = data.law.filter((point) => !point.extrapolated);
        const at = (point) => [point.params.value, point.tokens.value];
        const series = [
          ...diagonals, ...contours, curve(names.path, path.map(at), theme.ink, { z: 3, lineStyle: { color: theme.ink, width: 3 } }),
          feelers(names.path, path, at, frontierTip(names.path)),
          {
            type: "scatter", name: names.runs, symbolSize: 11, z: 5, itemStyle: { color: theme.muted },
            data: data.runs.map((run) => ({
              value: [run.params, run.tokens], tip: () => runTip(run),
              itemStyle: { color: colour(run.loss), borderColor: theme.ink, borderWidth: 0.8 },
            })),
          },
        ];
        return frame(x, y, series, Object.values(names).map((name) => (name === names.runs ? name : { name, icon: LINE })));
      },

      "residual-chart"() {
        const at = (run) => [run.flops, 100 * (run.loss / run.fitted - 1)];
        const zero = { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: theme.muted, type: "solid" }, data: [{ yAxis: 0 }] };
        const names = data.profiles.map(budget);
        const series = [
          ...data.profiles.map((profile, place) => dots(names[place], runsOf(place), place, at)),
          dots("Other runs", others, null, at, { symbolSize: 7, markLine: zero }),
        ];
        const legend = [...names, ...(others.length ? ["Other runs"] : [])];
        const x = logAxis("Training compute C (FLOPs)", data.runs.map((run) => run.flops), tickFlops);
        const y = { ...lossAxis({ name: "Measured over fitted loss, less one (%)" }), scale: false };
        return frame(x, y, series, legend);
      },
    };

    function optimum(label, of) {
      const two = "Approach 2";
      const three = "Approach 3";
      const lowest = "IsoFLOP minima";
      const points = [...usable, ...data.isoFlop, ...data.law];
      const bars = usable.filter((profile) => of(profile).low != null)
        .map((profile) => [[profile.flops, of(profile).low], [profile.flops, of(profile).high]]);
      const series = [
        ...frontierLine(three, data.law, of, HUES[0]),
        ...frontierLine(two, data.isoFlop, of, HUES[4]).filter((part) => part.type !== "custom"),
        ...(usable.length ? [minima(lowest, usable, "transparent", (profile) => [profile.flops, of(profile).value])] : []),
        ...(bars.length ? [whiskers(lowest, bars, theme.ink, true)] : []),
      ];
      const legend = [...(usable.length ? [lowest] : []), ...(data.isoFlop.length ? [{ name: two, icon: LINE }] : []), ...(data.law.length ? [{ name: three, icon: LINE }] : [])];
      const x = logAxis("Training compute C (FLOPs)", points.map((point) => point.flops), tickFlops);
      return frame(x, logAxis(label, points.map((point) => of(point).value), tickCount), series, legend);
    }

    return charts;
  }

  /* All groups in one chart, each in its colour and symbol: its minima, and its law's frontier or else the line through them. */
  const hueOf = (group) => hue(groups.indexOf(group));
  function together(y, of, ofMinimum) {
    const lines = groups.map((group) => (group.law.length ? group.law : group.isoFlop).filter((point) => of(point)));
    const minimaOf = (group) => group.profiles.filter((profile) => profile.usable);
    const series = groups.flatMap((group, place) => {
      const lowest = minimaOf(group);
      const bars = lowest.map((profile) => [profile.flops, ofMinimum(profile)])
        .filter(([, estimate]) => estimate.low != null).map(([c, estimate]) => [[c, estimate.low], [c, estimate.high]]);
      return [
        ...frontierLine(group.name, lines[place], of, hueOf(group)),
        ...(lowest.length
          ? [{ ...minima(group.name, lowest, hueOf(group), (profile) => [profile.flops, ofMinimum(profile).value]), symbol: symbol(place), symbolSize: 11 }]
          : []),
        ...(bars.length ? [whiskers(group.name, bars, hueOf(group), true)] : []),
      ];
    });
    const shown = [...lines.flat(), ...groups.flatMap(minimaOf)];
    const x = logAxis("Training compute C (FLOPs)", shown.map((point) => point.flops), tickFlops);
    const legend = groups.flatMap((group, place) =>
      lines[place].length || minimaOf(group).length
        ? [{ name: group.name, icon: symbol(place), itemStyle: { color: hueOf(group), borderWidth: 0 } }] : []);
    return frame(x, y(lines.flat().map((point) => of(point).value), groups.flatMap(minimaOf)), series, legend);
  }
  const comparison = {
    "comparison-params-chart": () => together(
      (values, lowest) => logAxis("N_opt (parameters)", [...values, ...lowest.map((profile) => profile.params.value)], tickCount),
      (point) => point.params, (profile) => profile.params),
    "comparison-loss-chart": () => together(() => lossAxis(), (point) => point.loss, (profile) => ({ value: profile.loss })),
  };
  const charts = Object.assign({}, comparison, ...groups.map((group) =>
    Object.fromEntries(Object.entries(chartsOf(group)).map(([name, option]) => [group.prefix + name, option]))));

  const drawn = new Map();
  function draw() {
    readTheme();
    for (const [id, option] of Object.entries(charts)) {
      const place = document.getElementById(id);
      if (!place) continue;
      if (!drawn.has(id)) drawn.set(id, echarts.init(place, null, { renderer: "svg" }));
      const chart = drawn.get(id);
      chart.resize();
      const kept = chart.getOption()?.legend?.[0]?.selected;
      const next = option();
      if (kept && next.legend) next.legend.selected = kept;
      chart.setOption(next, { notMerge: true });
    }
  }

  /* Tables: a button in each header sorts by it, and again the other way. */
  function sortable(table) {
    const body = table.tBodies[0];
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.key == null ? cell.textContent : Number(cell.dataset.key);
    };
    const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      if (body.rows.length && !body.rows[0].cells[column].classList.contains("number")) head.classList.add("words");
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].sort((a, b) => (up ? 1 : -1) * compare(key(a, column), key(b, column)));
        body.append(...rows);
      });
    });
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  draw();
  let waiting;
  addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => drawn.forEach((chart) => chart.resize()));
  });
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", draw);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => (part.open = true)));
})();
