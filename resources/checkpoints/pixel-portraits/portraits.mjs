// Prints one SVG portrait a line for the seeds FIRST … FIRST+COUNT−1: node portraits.mjs FIRST COUNT
import { createAvatar } from '@dicebear/core';
import * as pixelArt from '@dicebear/pixel-art';

const backgroundColor = ['b6e3f4', 'c0aede', 'd1d4f9', 'ffd5dc', 'ffdfbf'];
const [first, count] = process.argv.slice(2).map(Number);

for (let seed = first; seed < first + count; seed++) {
  console.log(createAvatar(pixelArt, { seed: String(seed), backgroundColor }).toString());
}
