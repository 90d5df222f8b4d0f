// Tables of random numbers, which NumPy drew.

function decoded(base64, Kind) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  return new Kind(bytes.buffer);
}

// Two normal numbers for each step, by seed.
const NOISE = DATA.noise.map((table) => decoded(table, Float64Array));

// Inputs of the network, gradients at its output, and weights of unit standard deviation: those
// of one initializer after the other, layer by layer, from input to output unit.
const DRAWN = {
  inputs: decoded(DATA.weights.inputs, Float32Array),
  gradients: decoded(DATA.weights.gradients, Float32Array),
  tables: DATA.weights.tables.map((table) => decoded(table, Float32Array)),
};
