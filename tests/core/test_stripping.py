"""What rides along in a photo stays here: places in every container, films behind the end; the picture is the same."""

from __future__ import annotations

import codecs
import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from nbgemini.core.photos.stripping import strip
from tests.conftest import PictureMaker
from tests.support import photos
from tests.support.photos import FILM, KEPT, SECRET

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="48,51.5N"
 exif:GPSLongitude='2,17.7E' tiff:Make="Cam"><exif:GPSAltitude>35/1</exif:GPSAltitude>\
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def without_location(data: bytes) -> tuple[bytes, bool]:
    stripped = strip(data)
    return stripped.data, stripped.place


def exif(*, order: str = "<", gps: bool = True) -> bytes:
    """A TIFF structure with a maker, an orientation and a place."""
    notes = Image.Exif()
    notes.endian = order
    notes[MAKE] = "Camera Maker"
    notes[ORIENTATION] = 6
    if gps:
        notes.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 29.5), 3: "E", 4: (2.0, 17.0, 40.25), 5: b"\0", 6: 35.0})
    return notes.tobytes()


def notes_of(data: bytes) -> tuple[dict[int, Any], dict[int, Any]]:
    with Image.open(io.BytesIO(data)) as image:
        found = image.getexif()
        return dict(found), dict(found.get_ifd(GPS))


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_place_goes_and_everything_else_stays(picture: PictureMaker, form: str, order: str) -> None:
    """Pixels, orientation, maker and length are as before; the file itself is not encoded anew."""
    data = picture(form, (64, 48), exif=exif(order=order))
    assert notes_of(data)[1]
    clean, found = without_location(data)
    assert found
    notes, place = notes_of(clean)
    assert place == {}
    assert GPS not in notes
    assert (notes[ORIENTATION], notes[MAKE]) == (6, "Camera Maker")
    assert pixels(clean) == pixels(data)
    assert len(clean) == len(data)
    for number in (48.0, 51.0, 29.5, 40.25):
        assert fraction(number, order) not in clean
    assert without_location(clean) == (clean, False)


def fraction(value: float, order: str) -> bytes:
    numerator, denominator = value.as_integer_ratio()
    return struct.pack(f"{order}II", numerator, denominator)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_without_a_place_is_not_touched(picture: PictureMaker, form: str) -> None:
    """Not a byte, with other EXIF or without any."""
    plain = picture(form)
    assert without_location(plain) == (plain, False)
    if form in ("JPEG", "PNG", "WEBP"):
        noted = picture(form, exif=exif(gps=False))
        assert without_location(noted) == (noted, False)


def test_places_in_xmp_go_too() -> None:
    """As attributes and as elements, in JPEG and in a PNG's text chunk, compressed or not."""
    image = Image.new("RGB", (8, 8), "teal")
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", xmp=XMP)
    for data in (jpeg.getvalue(), png_with(b"iTXt", international(XMP, 0)), png_with(b"iTXt", international(XMP, 1))):
        clean, found = without_location(data)
        assert found
        assert pixels(clean) == pixels(data)
        text = xmp_of(clean)
        assert b"GPS" not in text
        assert b'tiff:Make="Cam"' in text


def international(text: bytes, compressed: int) -> bytes:
    return b"XML:com.adobe.xmp\0" + bytes([compressed, 0]) + b"\0\0" + (zlib.compress(text) if compressed else text)


def xmp_of(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        found = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
        return found if isinstance(found, bytes) else str(found).encode()


def png_with(kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, "PNG")
    data = buffer.getvalue()
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt"])
def test_exif_as_hexadecimal_text(kind: bytes) -> None:
    """ImageMagick writes EXIF into text chunks."""
    block = b"Exif\0\0" + exif()
    text = b"\nexif\n%8d\n%s\n" % (len(block), block.hex().encode())
    body = b"Raw profile type exif\0" + (text if kind == b"tEXt" else b"\0" + zlib.compress(text))
    clean, found = without_location(png_with(kind, body))
    assert found
    notes, place = notes_of(clean)
    assert place == {}
    assert notes[ORIENTATION] == 6


def test_heic_keeps_its_boxes() -> None:
    """The EXIF of a HEIC lies in its data box: it is blanked where it stands."""
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    data = head + b"\0\0\0\x10iinfExif...." + b"\0\0\0\x06Exif\0\0" + exif() + b"\xff" * 500
    clean, found = without_location(data)
    assert found
    assert (len(clean), clean[:40], clean[-500:]) == (len(data), data[:40], data[-500:])
    assert fraction(29.5, "<") not in clean


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["<", ">"]))
def test_rubbish_does_no_harm(rubbish: bytes, cut: int, order: str) -> None:
    """Torn and mixed structures never raise, and never change a file's length."""
    block = b"Exif\0\0" + exif(order=order)
    for data in (block[:cut] + rubbish, rubbish + block[:cut], b"\x89PNG\r\n\x1a\n" + block[:cut] + rubbish):
        clean, found = without_location(data)
        assert len(clean) == len(data)
        assert found or clean == data


def test_hostile_files_take_no_time() -> None:
    """Thousands of false headers and unclosed tags."""
    import time

    began = time.monotonic()
    without_location(b"Exif" + b"II*\0\x08\0\0\0" * 500_000)
    without_location(b"<exif:GPSLatitude>" * 200_000)
    without_location(b'exif:GPSLatitude="' + b"1" * 3_000_000)
    assert time.monotonic() - began < 5


# -- everything that tells a place -------------------------------------------------------------------------------------

CORE = 'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
EXT = 'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
PHOTOSHOP = 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
EXIF = 'xmlns:exif="http://ns.adobe.com/exif/1.0/"'
PROPERTIES: list[tuple[str, str]] = [
    (EXIF, f"<exif:GPSLatitude>{SECRET}</exif:GPSLatitude>"),
    (EXIF.replace("exif=", "q7="), f"<q7:GPSLatitude>{SECRET}</q7:GPSLatitude>"),
    ("", f'<GPSLatitude xmlns="http://ns.adobe.com/exif/1.0/">{SECRET}</GPSLatitude>'),
    (PHOTOSHOP, f"<photoshop:City>{SECRET}</photoshop:City>"),
    (PHOTOSHOP.replace("photoshop=", "ps="), f"<ps:State>{SECRET}</ps:State><ps:Country>{SECRET}</ps:Country>"),
    (CORE, f"<Iptc4xmpCore:Location>{SECRET}</Iptc4xmpCore:Location>"),
    (CORE.replace("Iptc4xmpCore=", "i="), f"<i:CountryCode>{SECRET}</i:CountryCode>"),
    (EXT, f'<Iptc4xmpExt:LocationCreated rdf:parseType="Resource"><Iptc4xmpExt:Sublocation>{SECRET}'
     "</Iptc4xmpExt:Sublocation></Iptc4xmpExt:LocationCreated>"),
    (EXT, "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li><rdf:Description"
     f' Iptc4xmpExt:City="{SECRET}"/></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>'),
    (EXT, f'<rdf:Description Iptc4xmpExt:ProvinceState="{SECRET}"/>'),
    (CORE, f'<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiAdrCity="{SECRET}"/>'),
    ('xmlns:drone="http://www.dji.com/drone-dji/1.0/"', f'<rdf:Description drone:GpsLongtitude="{SECRET}"/>'),
    ('xmlns:a="urn:a"', f"<a:Places><rdf:Bag><rdf:li>{SECRET}</rdf:li></rdf:Bag></a:Places>"),
    ('xmlns:dc="http://purl.org/dc/elements/1.1/"', f"<dc:description>{SECRET} lat 48.8584</dc:description>"),
    ('xmlns:dc="http://purl.org/dc/elements/1.1/"', f'<rdf:Description dc:title="{SECRET} geo:48.85,2.29"/>'),
    ('xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"', f"<geo:lat>{SECRET}</geo:lat>"),
    (EXIF, f"<exif:GPSLatitude><!-- {SECRET} --><![CDATA[{SECRET}]]></exif:GPSLatitude>"),
]  # fmt: skip
ENCODINGS = [
    ("utf-8", b""),
    ("utf-8", codecs.BOM_UTF8),
    ("utf-16-le", b""),
    ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-32-le", codecs.BOM_UTF32_LE),
    ("utf-32-be", b""),
]
ADOBE = b"http://ns.adobe.com/xap/1.0/\0"


def checked(data: bytes, *, kept: str = KEPT, encoding: str = "utf-8") -> bytes:
    """The file without its place: the pixels as before, nothing that tells the place, the rest still there."""
    assert photos.leaks(data) != []
    stripped = strip(data)
    assert stripped.place
    assert photos.leaks(stripped.data) == []
    views = stripped.data + photos.inflated(stripped.data)
    views += b"".join(bytes.fromhex(text.decode()) for text in photos.digits({"": views}) if len(text) % 2 == 0)
    assert not kept or kept.encode(encoding) in views
    again = strip(stripped.data)
    assert (again.data, again.place, again.unknown, again.behind) == (stripped.data, False, False, 0)
    if data[4:8] != b"ftyp":
        assert pixels(stripped.data) == pixels(data)
    return stripped.data


@pytest.mark.parametrize(("names", "inside"), PROPERTIES)
def test_a_place_in_xmp_under_any_name(names: str, inside: str) -> None:
    """In each container; the other properties stay."""
    packet = photos.xmp(inside, names=names)
    checked(photos.jpeg_with(photos.segment(0xE1, ADOBE + packet)))
    for kind in ("iTXt", "iTXz", "tEXt", "zTXt"):
        checked(photos.png_with(photos.png_text(kind, "XML:com.adobe.xmp", packet)))
    checked(photos.webp_with((b"XMP ", packet)))
    checked(photos.heic((b"mime", packet)))


@pytest.mark.parametrize(("encoding", "bom"), ENCODINGS)
def test_a_place_in_xmp_in_any_encoding(encoding: str, bom: bytes) -> None:
    """UTF-8, UTF-16 and UTF-32, with a mark of the byte order or without."""
    packet = photos.xmp(PROPERTIES[3][1], encoding, bom, PROPERTIES[3][0])
    checked(photos.jpeg_with(photos.segment(0xE1, ADOBE + packet)), encoding=encoding)
    checked(photos.webp_with((b"XMP ", packet)), encoding=encoding)
    checked(photos.png_with(photos.png_text("iTXz", "XML:com.adobe.xmp", packet)), encoding=encoding)
    checked(photos.heic((b"mime", packet)), encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-be"])
@pytest.mark.parametrize("name", ["x:xmpmeta", "rdf:RDF"])
def test_xmp_without_a_wrapper_in_a_file_of_boxes(encoding: str, name: str) -> None:
    """It is found by its elements, whatever their prefix."""
    text = photos.xmp(PROPERTIES[3][1], names=PROPERTIES[3][0]).decode()
    text = text[text.index(f"<{name}") : text.index(f"</{name}>") + len(name) + 3]
    checked(photos.heic((b"mime", text.encode(encoding))), encoding=encoding)
    renamed = text.replace(name.partition(":")[0] + ":", "q:")
    checked(photos.heic((b"mime", renamed.encode(encoding))), encoding=encoding)


def test_xmp_that_cannot_be_read_goes_whole() -> None:
    """It may say anything: and that is said."""
    for packet in (
        f"<x:xmpmeta><broken {SECRET}".encode(),
        f'<!DOCTYPE a [<!ENTITY e "{SECRET}">]><a>&e;</a>'.encode(),
        b"<a>" * 100_000 + SECRET.encode(),
        b"\xff\xfe" + SECRET.encode("utf-16-be"),
    ):
        data = photos.webp_with((b"XMP ", packet))
        stripped = strip(data)
        assert stripped.unknown
        assert photos.leaks(stripped.data) == []
        assert pixels(stripped.data) == pixels(data)


def test_xmp_that_is_too_long_for_one_segment() -> None:
    """Its pieces go together when they tell a place, and stay when they do not."""
    packet = photos.xmp(PROPERTIES[3][1] + "<tiff:Model>" + "x" * 500 + "</tiff:Model>", names=PROPERTIES[3][0])
    for text, place in ((packet, True), (packet.replace(b"City", b"Mood"), False)):
        cut = text.index(SECRET.encode()) + 5
        head = b"http://ns.adobe.com/xmp/extension/\0" + b"0123456789ABCDEF" * 2
        pieces = [
            photos.segment(0xE1, head + struct.pack(">II", len(text), at) + piece)
            for at, piece in ((0, text[:cut]), (cut, text[cut:]))
        ]
        stripped = strip(photos.jpeg_with(*pieces))
        assert stripped.place is place
        assert (b"xmp/extension" in stripped.data) is not place


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_place_in_exif_in_each_container(order: str) -> None:
    """Its table and its numbers; the notes that the camera makes for itself go with it."""
    notes = photos.exif(order, t927C=b"Panasonic\0\0\0" + SECRET.encode())
    checked(photos.jpeg_with(photos.segment(0xE1, notes)))
    checked(photos.png_with((b"eXIf", notes.removeprefix(b"Exif\0\0"))))
    checked(photos.png_with((b"eXIf", notes), last=True))
    checked(photos.webp_with((b"EXIF", notes)))
    checked(photos.webp_with((b"EXIF", notes.removeprefix(b"Exif\0\0"))))
    checked(photos.heic((b"Exif", b"\0\0\0\6" + notes)))
    for kind in ("tEXt", "zTXt", "iTXt", "iTXz"):
        text = b"\nexif\n%8d\n%s\n" % (len(notes), notes.hex().encode())
        checked(photos.png_with(photos.png_text(kind, "Raw profile type exif", text)))
    checked(photos.jpeg_with(photos.segment(0xED, b"Photoshop 3.0\0" + photos.photoshop((0x0422, notes[6:])))))


def test_a_place_in_exif_that_is_not_as_it_should_be() -> None:
    """An entry of an unknown type, a table in another place, words with coordinates; what has no table at all goes."""
    notes = photos.exif()
    odd = bytearray(notes)
    (count,) = struct.unpack_from("<H", odd, 14)
    types = [struct.unpack_from("<HH", odd, 16 + 12 * number) for number in range(count)]
    at = 16 + 12 * [tag for tag, _ in types].index(0x0112)
    struct.pack_into("<H", odd, at + 2, 99)
    checked(photos.jpeg_with(photos.segment(0xE1, bytes(odd))))
    words = photos.exif(t010E=f"{SECRET} GPS: 48.8584, 2.2945")
    checked(photos.jpeg_with(photos.segment(0xE1, words)))
    broken = photos.jpeg_with(photos.segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f" + SECRET.encode()))
    assert strip(broken).unknown
    assert photos.leaks(strip(broken).data) == []


@pytest.mark.parametrize("number", [26, 27, 90, 92, 95, 100, 101])
@pytest.mark.parametrize("long", [False, True])
def test_a_place_in_iptc(number: int, long: bool) -> None:
    """City, sublocation, province, country and content location, in Photoshop's blocks of JPEG and PNG."""
    sets = photos.iptc((5, KEPT), (number, SECRET), (116, "(c)"), long=long)
    blocks = photos.photoshop((0x03ED, bytes(16)), (0x0404, sets), (0x0425, bytes(16)), name=b"abc")
    checked(photos.jpeg_with(photos.segment(0xED, b"Photoshop 3.0\0" + blocks)))
    for kind, block in (("iptc", blocks), ("8bim", blocks), ("iptc", sets), ("IPTC profile", blocks)):
        text = b"\n%s\n%8d\n%s\n" % (kind.encode(), len(block), block.hex().encode())
        checked(photos.png_with(photos.png_text("zTXt", f"Raw profile type {kind}", text)))


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXz"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Location", SECRET),
        ("City", SECRET),
        ("exif:GPSLatitude", SECRET),
        ("GPS Position", SECRET),
        ("Sub-location", SECRET),
        ("Iptc.Application2.City", SECRET),
        ("Comment", f"{SECRET} geo:48.8584,2.2945"),
        ("Description", f"{SECRET} +48.8584+002.2945/"),
        ("Description", f"{SECRET}, lat: 48.8584, lon: 2.2945"),
        ("Description", f"{SECRET}, at 48.85840, -2.29450"),
        ("Title", f"{SECRET} 48.858 N, 2.294 E"),
    ],
)
def test_a_place_in_the_texts_of_a_png(kind: str, name: str, text: str) -> None:
    """By the name of the chunk, or by coordinates in it; other texts stay."""
    chunks = (photos.png_text(kind, name, text.encode()), photos.png_text(kind, "Comment", KEPT.encode()))
    checked(photos.png_with(*chunks))
    checked(photos.png_with(*chunks, last=True))


def test_a_place_in_a_comment_of_a_jpeg() -> None:
    """Coordinates in words."""
    checked(photos.jpeg_with(photos.segment(0xFE, f"{SECRET} 48° 51' N".encode())), kept="")


# -- what is a device's own, what stands behind ------------------------------------------------------------------------


def test_notes_of_a_kind_that_nobody_here_reads_go() -> None:
    """Segments and chunks of a device's own, a block of XMP with another name; and that is said."""
    for data in (
        photos.jpeg_with(photos.segment(0xE6, b"GoPro\0" + SECRET.encode())),
        photos.jpeg_with(photos.segment(0xE1, b"XMP\0" + SECRET.encode())),
        photos.jpeg_with(photos.segment(0xE5, b"RMETA\0" + SECRET.encode())),
        photos.png_with((b"goPr", SECRET.encode())),
        photos.webp_with((b"GPRO", SECRET.encode())),
        photos.heic(more=photos.box(b"uuid", bytes(16) + SECRET.encode())),
    ):
        stripped = strip(data)
        assert (stripped.unknown, stripped.place) == (True, False)
        assert photos.leaks(stripped.data) == []


BEHIND = [FILM, b"\0" * 7 + SECRET.encode() + b"SEFT", photos.picture("JPEG") + FILM, b"\xff\xd9" + FILM]


@pytest.mark.parametrize("behind", BEHIND)
def test_nothing_behind_the_end(behind: bytes) -> None:
    """The film of a motion photo, a second picture, what a phone adds: the picture itself is the same."""
    other = photos.segment(0xE2, b"MPF\0II*\0" + bytes(40))
    progressive = photos.jpeg_with(progressive=True, quality=95)
    for data in (
        photos.jpeg_with(),
        progressive,
        photos.jpeg_with(photos.segment(0xE1, exif_with_thumbnail())),
        photos.png_with(),
        photos.webp_with(),
        photos.heic(),
        photos.jpeg_with(photos.segment(0xFE, b"\xff\xd9 inside")),
    ):
        stripped = strip(data + behind)
        assert (stripped.data, stripped.behind, stripped.place) == (data, len(behind), False)
    stripped = strip(photos.jpeg_with(other) + behind)
    assert (stripped.data, stripped.behind) == (photos.jpeg_with(), len(behind))


def exif_with_thumbnail() -> bytes:
    """A small JPEG with an end of its own stands in it."""
    small = photos.picture("JPEG", (8, 8))
    entries = struct.pack("<HHHIIHHII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(small))
    return b"Exif\0\0II*\0\x08\0\0\0" + b"\0\0" + struct.pack("<I", 14) + entries + bytes(4) + small


def test_the_film_in_a_heic_is_blanked() -> None:
    """Boxes of a motion photo; nothing that the tables count moves."""
    plain = photos.heic()
    for more in (photos.box(b"mpvd", FILM), FILM, photos.box(b"moov", SECRET.encode()), photos.box(b"free", b"x" * 99)):
        assert strip(photos.heic(more=more)).data == plain
    film = photos.box(b"mpvd", FILM) + photos.box(b"mdat", SECRET.encode())
    assert strip(photos.heic(more=film)).data == plain
    between = photos.heic(more=photos.box(b"mpvd", FILM) + photos.box(b"idat", b"kept"))
    clean = strip(between).data
    assert (len(clean), photos.leaks(clean), clean[-4:]) == (len(between), [], b"kept")


# As Google's models note in a PNG that a machine made it.
MADE_BY_GOOGLE = (
    b"\nIPTC profile\n      64\n3842494d04040000000000181c026e00134d616465207769746820476f6f676c65"
    b"2041493842494d0425000000000010c8b38965b44537a918a7e75998c8e3f6\n"
)


C2PA = b"JP\0\1\0\0\0\1" + b"\0\0\0\x40jumb" + b"c2pa.claim kept " * 3


def test_provenance_profile_and_plain_notes_stay() -> None:
    """Byte for byte, in each container; and provenance that names a place goes whole."""
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    notes = exif(gps=False)
    packet = photos.xmp("<tiff:Model>Mood</tiff:Model>")
    for data in (
        photos.jpeg_with(photos.segment(0xEB, C2PA), photos.segment(0xE1, ADOBE + packet), icc_profile=icc),
        photos.jpeg_with(photos.segment(0xE1, notes), photos.segment(0xED, b"Photoshop 3.0\0" + photos.photoshop())),
        photos.png_with((b"caBX", C2PA), (b"eXIf", notes[6:]), photos.png_text("tEXt", "prompt", b"a city at night")),
        photos.png_with(photos.png_text("zTXt", "Raw profile type iptc", MADE_BY_GOOGLE)),
        photos.webp_with((b"C2PA", C2PA), (b"XMP ", packet)),
        photos.heic((b"mime", packet), more=photos.box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481"))),
        photos.picture("PNG", icc_profile=icc),
    ):
        stripped = strip(data)
        assert stripped.data is data
        assert not stripped.place
        assert not stripped.unknown
    told = C2PA + b'"exif:GPSLatitude": "' + SECRET.encode() + b'"'
    for data in (photos.jpeg_with(photos.segment(0xEB, told)), photos.png_with((b"caBX", told))):
        checked(data, kept="")
    halves = (photos.segment(0xEB, told[:65]), photos.segment(0xEB, told[:8] + told[65:]))
    checked(photos.jpeg_with(*halves), kept="")


def whole_files() -> list[bytes]:
    """One of each container, with everything that can ride along."""
    packet, notes = photos.xmp(PROPERTIES[3][1], names=PROPERTIES[3][0]), photos.exif(t927C=b"notes")
    blocks = b"Photoshop 3.0\0" + photos.photoshop((0x0404, photos.iptc((90, SECRET))), (0x0422, notes[6:]))
    texts = [photos.png_text(kind, "XML:com.adobe.xmp", packet) for kind in ("iTXt", "iTXz", "zTXt")]
    return [
        photos.jpeg_with(
            photos.segment(0xE1, notes), photos.segment(0xE1, ADOBE + packet), photos.segment(0xED, blocks), behind=FILM
        ),
        photos.png_with((b"eXIf", notes), *texts, behind=FILM),
        photos.webp_with((b"EXIF", notes), (b"XMP ", packet), behind=FILM),
        photos.heic((b"Exif", notes), (b"mime", packet), more=photos.box(b"mpvd", FILM)),
    ]


@given(st.sampled_from(whole_files()), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=6))
def test_damaged_files_do_no_harm(data: bytes, damage: list[tuple[float, bytes]]) -> None:
    """Bytes written over, put in and cut out anywhere: nothing is raised, and nothing grows out of it."""
    for where, put in damage:
        at = int(where * len(data))
        data = data[:at] + put + data[at + len(put) // 2 * 2 :]
    stripped = strip(data)
    assert len(stripped.data) <= len(data) + 400
    assert stripped.behind >= 0
