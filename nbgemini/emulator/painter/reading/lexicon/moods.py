"""Words for hours, weather, seasons, styles, counts, sizes, materials and other circumstances."""

TIMES = {
    "dawn": "dawn sunrise daybreak early-morning morning",
    "day": "day daytime noon midday daylight midday-sun broad-daylight",
    "afternoon": "afternoon late-afternoon golden-hour golden-light afternoon-light warm-light",
    "sunset": "sunset sundown evening evening-light",
    "dusk": "dusk twilight blue-hour nightfall",
    "night": "night nighttime midnight starry moonlight moonlit night-time starry-night nocturnal late-night",
}
WEATHER = {
    "clear": "clear sunny cloudless fine-weather bright-sun sunshine",
    "cloudy": "cloudy overcast gray-sky grey-sky",
    "rain": "rain rainy raining drizzle downpour rainfall shower",
    "storm": "storm stormy thunderstorm thunder tempest hurricane",
    "snow": "snowing snowfall blizzard snowstorm falling-snow snowflakes",
    "fog": "fog foggy mist misty haze hazy",
    "wind": "windy wind breeze breezy",
}
SEASONS = {
    "spring": "spring springtime",
    "summer": "summer summertime",
    "autumn": "autumn fall autumnal fall-colors",
    "winter": "winter wintry winter-time snowy snow frosty frozen snow-covered",
}
STYLES = {
    "photo": "photo photograph photorealistic realistic photo-realistic photography cinematic dslr 35mm photoreal "
    "snapshot hyperrealistic photographic film-still bokeh",
    "watercolor": "watercolor watercolour aquarelle gouache watercolor-painting watercolour-painting watercolors",
    "oil": "oil-painting oil-on-canvas oil-paint impressionist impressionism van-gogh impasto oils monet",
    "ink": "ink ink-drawing pen-and-ink line-art line-drawing woodcut etching engraving linocut sumi-e ink-wash",
    "pencil": "pencil-drawing pencil-sketch sketch charcoal-drawing graphite pencil-style hand-drawn",
    "pixel": "pixel-art pixel 8-bit 16-bit pixelated pixelart retro-game",
    "blueprint": "blueprint technical-drawing schematic cyanotype",
    "chalk": "chalk chalkboard blackboard chalk-drawing pastel-drawing",
    "papercut": "paper-cut papercut paper-art cut-paper paper-cutout origami collage papercraft paper-craft felt",
    "poster": "poster travel-poster screen-print screenprint flat-design vector vector-art art-deco flat-illustration "
    "retro-poster minimalist-poster risograph",
    "comic": "comic comic-book manga cartoon pop-art comic-panel graphic-novel anime",
    "mosaic": "mosaic stained-glass tiled",
    "points": "pointillism pointillist seurat stippling",
    "neon": "neon cyberpunk synthwave vaporwave neon-sign",
    "plain": "illustration normal-style",
}
MATERIALS = {
    "gold": "gold golden gilded",
    "silver": "silver-metal chrome steel metallic metal iron",
    "bronze": "bronze-metal",
    "copper": "copper-metal",
    "wood": "wooden wood",
    "stone": "stone-made stone granite concrete",
    "marble": "marble",
    "glass": "glass glassy transparent translucent",
    "crystal": "crystal crystalline",
    "ice": "icy ice",
    "brick": "brick bricks",
    "clay": "clay ceramic porcelain claymation",
    "knitted": "knitted knit wool woolen woollen yarn crocheted crochet",
    "plush": "fluffy furry plush fuzzy velvet",
    "chocolate": "made-of-chocolate",
    "plastic": "plastic lego shiny glossy",
    "mosaic": "mosaic-tiled",
    "paper": "paper cardboard",
}
SIZES = {
    "0.4": "tiny minuscule miniature little-tiny microscopic",
    "0.65": "small little mini petite short cute-little",
    "1.4": "big large tall great long",
    "1.8": "huge giant enormous gigantic massive colossal towering very-big very-large",
}
COUNTS = {
    "1": "one single lone solitary",
    "2": "two couple pair both twin",
    "3": "three few some trio",
    "4": "four several",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine many lots",
    "10": "ten",
    "11": "eleven",
    "12": "twelve dozen",
    "13": "thirteen",
    "14": "fourteen",
    "15": "fifteen",
    "16": "sixteen",
    "17": "seventeen",
    "18": "eighteen",
    "19": "nineteen",
    "20": "twenty",
    "24": "two-dozen",
    "25": "twenty-five",
    "30": "thirty hundred hundreds countless",
    "36": "thousand thousands",
    "40": "forty",
    "50": "fifty",
}
GROUPS = {
    "7": "flock herd fleet group crowd swarm school pack bunch gang team",
    "9": "field row rows grove forest-of",
    "6": "pile stack heap basket bowl-full",
}
GRADES = {
    "warmer": "warmer warm-tones",
    "cooler": "cooler colder cool-tones",
    "brighter": "brighter lighter",
    "darker": "darker moodier",
    "vivid": "vivid saturated colorful colourful vibrant",
    "muted": "muted desaturated faded subdued",
    "contrast": "high-contrast dramatic",
    "softer": "softer low-contrast dreamy",
    "grey": "black-and-white monochrome grayscale greyscale noir",
    "sepia": "sepia vintage old-photo",
    "blurred": "blurry blurred out-of-focus",
}
PARTS = {
    "sky": "sky skies",
    "ground": "ground floor grass-ground lawn-ground sand-ground carpet earth-ground",
    "background": "background backdrop wallpaper",
    "wall": "walls",
}
IRREGULAR = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "mice": "mouse",
    "geese": "goose",
    "sheep": "sheep",
    "fish": "fish",
    "deer": "deer",
    "leaves": "leaf",
    "wolves": "wolf",
    "cacti": "cactus",
    "feet": "foot",
    "houses": "house",
    "oxen": "ox",
    "kids": "kid",
    "cherries": "cherry",
    "butterflies": "butterfly",
    "buses": "bus",
    "boxes": "box",
    "foxes": "fox",
    "glasses": "glasses",
    "shelves": "shelf",
    "loaves": "loaf",
    "knives": "knife",
    "scarves": "scarf",
}
TABLES = {
    "time": TIMES,
    "weather": WEATHER,
    "season": SEASONS,
    "style": STYLES,
    "material": MATERIALS,
    "size": SIZES,
    "count": COUNTS,
    "group": GROUPS,
    "grade": GRADES,
    "part": PARTS,
    "rainbow": {"rainbow": "rainbow-weather"},
}
# Words that name nothing to be drawn.
_STOP = """
a an the this that these those it its and or but of to in on at by for from with without as is are was be being been
picture pictures image images painting paintings drawing view scene style shot close up closeup-of make draw paint
create generate show render please me my our your their his her very really quite more less most some any all each
every other another just only beautiful nice lovely pretty cute adorable happy sad friendly cozy cosy quiet peaceful
calm serene lively busy old new young modern classic ancient fancy elegant simple detailed highly quality best 4k 8k
hd hdr masterpiece light lighting lit soft bright dark warm cool mood atmosphere background foreground there here
where while when then than so also into onto over under through around across near next between behind above below
front left right top bottom center centre middle side standing sitting lying looking facing walking running flying
playing sleeping eating drinking holding wearing riding sailing swimming floating driving jumping reading smiling
made full big set used using have has had can could should would will do does i you he she we they what which who
how not no yes like look looks feel feeling same still keep add remove replace change turn put place move give let
want need version edit photo day time illustration icon logo sticker featuring something anything thing things world
life during depicting showing inspired concept art artwork design color colour colors colours hello hi hey test ok
okay one portrait landscape panorama text word words title caption saying says say reads tall wide
"""
STOP = frozenset(_STOP.split())
