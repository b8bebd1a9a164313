// A pointer over a chart shows the values of the nearest step below it.
for (const figure of document.querySelectorAll(".chart")) {
  const svg = figure.querySelector("svg"), readout = figure.querySelector(".readout");
  const series = [...svg.querySelectorAll(".data")].map((d) => ({
    name: d.dataset.name, points: d.dataset.points.split(" ").map((p) => p.split(",").map(Number)) }));
  const [x0, x1, s0, s1] = ["x0", "x1", "s0", "s1"].map((k) => Number(svg.dataset[k]));
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor"); cursor.setAttribute("y1", 10); cursor.setAttribute("y2", 230); cursor.style.display = "none";
  svg.append(cursor);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const step = s0 + ((x - x0) / (x1 - x0)) * (s1 - s0);
    const near = series.map((s) => s.points.reduce((a, b) => (Math.abs(b[0] - step) < Math.abs(a[0] - step) ? b : a)));
    const at = x0 + ((near[0][0] - s0) / (s1 - s0)) * (x1 - x0);
    cursor.setAttribute("x1", at); cursor.setAttribute("x2", at); cursor.style.display = "";
    readout.textContent = "step " + near[0][0] + "   " + near.map((p, i) => (series.length > 1 ? series[i].name + " " : "") + Number(p[1].toPrecision(4))).join("   ");
  });
  svg.addEventListener("pointerleave", () => { cursor.style.display = "none"; readout.textContent = ""; });
}
