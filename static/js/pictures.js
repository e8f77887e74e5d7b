/** A picture that somebody chose, dropped or pasted, made ready to be sent. */

import { HEADER_BYTES, MAX_FRAME_BYTES } from "./protocol.js";

const AS_THEY_ARE = ["image/jpeg", "image/png", "image/webp"];
const LONGEST_SIDES = [2048, 1280];
const QUALITY = 0.9;

/**
 * @param {Blob} file
 * @returns {Promise<{image: ArrayBuffer, width: number, height: number}>}
 * @throws {Error} where this browser cannot read the file as a picture
 */
export async function preparePicture(file) {
  const bitmap = await createImageBitmap(file);
  try {
    if (AS_THEY_ARE.includes(file.type) && fits(file) && bitmap.width * bitmap.height <= 4096 * 3072) {
      return { image: await file.arrayBuffer(), width: bitmap.width, height: bitmap.height };
    }
    for (const side of LONGEST_SIDES) {
      const smaller = await encode(bitmap, side);
      if (fits(smaller.blob)) {
        return { image: await smaller.blob.arrayBuffer(), width: smaller.width, height: smaller.height };
      }
    }
    throw new Error("too large");
  } finally {
    bitmap.close();
  }
}

const fits = (blob) => blob.size + HEADER_BYTES <= MAX_FRAME_BYTES;

async function encode(bitmap, longestSide) {
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const pen = canvas.getContext("2d", { alpha: false });
  pen.fillStyle = "white"; // behind what is transparent
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return { blob, width: canvas.width, height: canvas.height };
}

/**
 * Call `onFile` for each file that is chosen in the input, or dropped or pasted on the page.
 * @param {HTMLInputElement} input
 * @param {(file: File) => void} onFile
 */
export function listenForFiles(input, onFile) {
  const takeAll = (files) => {
    for (const file of files ?? []) onFile(file);
  };
  input.addEventListener("change", () => {
    takeAll(input.files);
    input.value = ""; // so that the same file can be chosen again
  });
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files"); // text may go into the field
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // or the browser would leave the page for the file
    takeAll(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => takeAll(event.clipboardData?.files));
}
