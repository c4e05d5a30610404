// -- files: browsed, dropped or pasted pictures, made small enough and sent in pieces -----------------------------------

const CHUNK = 3 << 18; // bytes of a piece: its message stays below 1 MB; a websocket closes above 10 MiB
const MOST_PARTS = 32;
const SMALL = 4_000_000; // bytes that go as they are
const LONGEST = 3072; // pixels of the longer side of what is shrunk
const MOST_PIXELS = 120_000_000;

/** Sends files one after the other, each piece after the one before was taken. */
function uploader(link, say, changed) {
  const taken = new Map();
  const queue = [];
  let number = 0;
  let busy = false;

  link.on("refok", ({ upload, part }) => taken.get(upload)?.resolve(part));
  link.on("referr", ({ upload, why }) => taken.get(upload)?.reject(new Error(why)));

  async function send(file) {
    const data = await shrunk(file);
    const parts = Math.ceil(data.byteLength / CHUNK);
    if (!parts) throw new Error(`“${file.name}” is empty.`);
    if (parts > MOST_PARTS) throw new Error(`“${file.name}” has ${Math.round(data.byteLength / 1e6)} MB; the limit is ${Math.floor((MOST_PARTS * CHUNK) / 1e6)} MB.`);
    const upload = `${PAGE}-${number++}`;
    try {
      for (let part = 0; part < parts; part++) {
        const done = new Promise((resolve, reject) => taken.set(upload, { resolve, reject }));
        const name = short(file.name || "pasted", 150);
        link.tell({ do: "ref", upload, name, part, parts }, [data.slice(part * CHUNK, (part + 1) * CHUNK)]);
        await done;
      }
    } finally {
      taken.delete(upload);
    }
  }
  async function work() {
    busy = true;
    while (queue.length) {
      changed();
      try {
        await send(queue[0]);
      } catch (problem) {
        say([String(problem?.message ?? problem)]);
      }
      queue.shift();
    }
    busy = false;
    changed();
  }
  return {
    get waiting() {
      return queue.map((file) => file.name || "pasted");
    },
    add(files) {
      const images = files.filter((file) => /^image\//.test(file.type) || /\.(heic|heif|avif|tiff?|bmp)$/i.test(file.name));
      if (images.length < files.length) say([`“${short(files.find((file) => !images.includes(file)).name, 80)}” is not a picture.`]);
      queue.push(...images);
      if (!busy) work();
    },
  };
}

/** The bytes of a picture; a large one as a JPEG (or WebP, where something shines through) of at most 3072 pixels. */
async function shrunk(file) {
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file.arrayBuffer(); // HEIC and the like: the kernel says what it thinks of it
  }
  try {
    const { width, height } = bitmap;
    if (width * height > MOST_PIXELS) throw new Error(`“${file.name}” has ${Math.round((width * height) / 1e6)} million pixels; the limit is ${MOST_PIXELS / 1e6}.`);
    const factor = Math.min(1, LONGEST / Math.max(width, height));
    if (factor === 1 && file.size <= SMALL) return file.arrayBuffer();
    const canvas = el("canvas", { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) });
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const type = /jpe?g/.test(file.type) || opaque(context, canvas) ? "image/jpeg" : "image/webp";
    const blob = await new Promise((done) => canvas.toBlob(done, type, 0.92));
    return blob && (blob.size < file.size || factor < 1) ? blob.arrayBuffer() : file.arrayBuffer();
  } finally {
    bitmap.close();
  }
}

/** Whether nothing shines through, looked at in a small copy. */
function opaque(context, canvas) {
  const small = el("canvas", { width: 64, height: 64 }).getContext("2d", { willReadFrequently: true });
  small.drawImage(canvas, 0, 0, 64, 64);
  return small.getImageData(0, 0, 64, 64).data.every((value, at) => at % 4 !== 3 || value === 255);
}

/** The pictures in what was dropped or pasted. */
function filesOf(transfer) {
  return [...(transfer?.files ?? [])];
}
