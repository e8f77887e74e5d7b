/** Where the districts are, roughly: around the checkpoints of each. PURE. */

const MARGIN_DEGREES = 0.02;
const LEAST = 2; // one checkpoint alone has no outline

/**
 * @param {{latitude: number, longitude: number, district: string}[]} places
 * @returns {[number, number][][]} a ring of latitude and longitude for each district
 */
export function districtsOutlines(places) {
  const districts = new Map();
  for (const place of places) {
    if (place.district) districts.set(place.district, [...(districts.get(place.district) ?? []), place]);
  }
  return [...districts.values()].filter((own) => own.length >= LEAST).map(outline);
}

/** The hull of squares around them, so that two or a row of them have one as well. */
function outline(places) {
  const corners = places.flatMap(({ latitude, longitude }) =>
    [[-1, -1], [-1, 1], [1, -1], [1, 1]].map(([up, right]) => [latitude + up * MARGIN_DEGREES, longitude + right * MARGIN_DEGREES]));
  return hull(corners);
}

/** Andrew's monotone chain. */
function hull(points) {
  const sorted = [...points].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const half = (ordered) => {
    const chain = [];
    for (const point of ordered) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a, b, c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
