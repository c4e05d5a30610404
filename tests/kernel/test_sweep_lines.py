"""Some 240 odd option lines of sweeps: each is refused by name before anything is sent, or it plans the right shots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.kernel import Kernel, kernel
from tests.tuning.drawing_server import DrawingServer, serving

FILES = {
    "bom.csv": "\ufeffstyle,aspect\nink,1:1\noil,16:9\n",
    "dup.csv": "style,style\nink,oil\n",
    "empty.csv": "",
    "head.csv": "style,aspect\n",
    "semi.csv": "style;aspect\nink;1:1\n",
    "long.csv": "style\nink,oil\n",
    "case.csv": "Style,Aspect\nink,1:1\n",
    "fields.csv": 'prompt,aspect\n"a cat, sitting",1:1\na dog,16:9\n',
    "samerow.csv": "style\nink\nink\n",
    "badval.csv": "style,aspect\nink,1:1\noil,17:3\n",
    "noname.csv": "style,\nink,x\n",
}
SET_UP = """
%load_ext nbgemini
import numpy as np
from PIL import Image
styles, more, empty, word = ["ink", "oil"], ("wash", "pen"), [], "oil"
d, col = {"soft": "very soft", "hard": "very hard"}, {"style": ["x", "y"]}
df = type("DataFrame", (), {"__module__": "pandas", "__iter__": lambda self: iter(["style"])})()
gap = [{"style": "ink", "seed": 1.0}, {"style": "oil", "seed": float("nan")}, {"style": None, "seed": 3.0}]
shots, listdict = [{"style": "ink"}, {"style": "oil"}], [{"style": "ink", "aspect": "1:1"}, {"style": "oil"}]
gen, num, npints, npscalar = (one for one in styles), 3, np.arange(3), np.int64(2)
nans, nones, bools = [1.0, float("nan")], ["a", None], [True, False]
nest, tup, aset = [["a", "b"], ["c"]], (("a", "b"), ("c", "d")), {"a", "b"}
def func(): pass
pic, pic2 = Image.new("RGB", (40, 40), "red"), Image.new("RGB", (40, 40), "blue")
pics = [pic, pic2]
pic.save("red.png")
pic2.save("blue.png")
spelled = [{"style": "ink", "size": "1k"}, {"style": "oil", "size": "1K"}]
doubled = [{"seed": "7", "size": "1k"}, {"seed": 7, "size": "1K"}]
"""
# The options, the body, and how many shots there are, or the beginning of what is said.
LINES: list[tuple[str, str, int | str]] = [
    ('--vary style=ink,oil', 'a {style}', 2),
    ('--vary style=ink', 'a {style}', 1),
    ('--vary style=', 'a {style}', '`style` has no values.'),
    ('--vary style', 'a {style}', '`--vary style` has no values.'),
    ('--vary style=,', 'a {style}', '`style` has an empty value between its commas.'),
    ('--vary style=ink,,oil', 'a {style}', '`style` has an empty value between its commas.'),
    ('--vary style="",ink', 'a {style} boat', 2),
    ('--vary style="ink', 'a {style}', 'A quotation mark is not closed'),
    ('--vary style=in"k', 'a {style}', 'A quotation mark is not closed'),
    ("--vary style='ink,oil'", 'a {style}', 'The values of `style` stand between single quotes.'),
    ('--vary "style=ink,oil"', 'a {style}', 2),
    ('--vary style="a \\"b\\" c",d', 'a {style}', 2),
    ('--vary "style"=ink', 'a {style}', '`"style"` cannot be the name of an axis in `--vary`.'),
    ('--vary style = ink', 'a {style}', '`=` is not an option; the prompt goes below the line.'),
    ('--vary style= ink, oil', 'a {style}', '`ink,` is not an option; the prompt goes below the line.'),
    ('--vary style=ink ,oil', 'a {style}', '`,oil` is not an option; the prompt goes below the line.'),
    ('--vary style=ink;oil', 'a {style}', 1),
    ('--vary style:ink,oil', 'a {style}', '`--vary style:ink,oil` has no values.'),
    ('--vary --style=ink', 'a {style}', '`--vary` needs a value: `--vary NAME=VALUES`; write `--var'),
    ('--vary {style}=ink', 'a {style}', 1),
    ('--vary 1style=ink', 'a {1style}', '`1style` cannot be the name of an axis in `--vary`.'),
    ('--vary style-x=ink', 'a {style-x}', '`style_x` is an axis, and neither the prompt nor an option'),
    ('--vary style.x=ink', 'a {style.x}', 1),
    ('--vary Style=ink', 'a {style}', '2 things are wrong: (1) Nothing fills `{style}` in the pro'),
    ('--vary style=ink,ink', 'a {style}', '`style` has the value `ink` twice.'),
    ('--vary style=ink,"ink"', 'a {style}', '`style` has the value `ink` twice.'),
    ('--vary style=ink,Ink', 'a {style}', 2),
    ('--vary size=1k,1K', 'a boat', '`1k` and `1K` of `size` are the same value.'),
    ('--vary size=1K,1k,2K', 'a boat', '2 things are wrong: (1) `1K` and `1k` of `size` are the sa'),
    ('--vary size=0.5K,512', 'a boat', '2 things are wrong: (1) `0.5K` is not a size; write `512`.'),
    ('--vary aspect=1:1,1x1', 'a boat', '`1:1` and `1x1` of `aspect` are the same value.'),
    ('--vary aspect=1:1,square', 'a boat', '`1:1` and `square` of `aspect` are the same value.'),
    ('--vary aspect=16:9,16-9', 'a boat', '`16-9` is not a ratio; write it like `16:9`.'),
    ('--vary aspect=auto,1:1', 'a boat', '`auto` is not a ratio; leave the option out, and the ratio'),
    ('--vary aspect=none,1:1', 'a boat', '`none` is not a ratio; write it like `16:9`.'),
    ('--vary model=pro,Pro', 'a boat', '`model` `pro` and `model` `Pro` ask for the same picture.'),
    ('--vary model=pro,gemini-3-pro-image-preview', 'a boat', 2),
    ('--vary model=pro,foo', 'a boat', 2),
    ('--vary model=', 'a boat', '`model` has no values.'),
    ('--vary seed=1..4', 'a boat', 4),
    ('--vary seed=4..1', 'a boat', 4),
    ('--vary seed=1..1', 'a boat', 1),
    ('--vary seed=1..100000', 'a boat', '`seed=1..100000` has more than 10,000 values.'),
    ('--vary seed=1..9999999999999', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647'),
    ('--vary seed=1...4', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `1...4`.'),
    ('--vary seed=1..', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `1..`.'),
    ('--vary seed=..4', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `..4`.'),
    ('--vary seed=-2..2', 'a boat', 5),
    ('--vary seed=1..3,3..5', 'a boat', '`seed` has the value `3` twice.'),
    ('--vary seed=1,1.0', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `1.0`.'),
    ('--vary seed=1,01', 'a boat', '`1` and `01` of `seed` are the same value.'),
    ('--vary seed="1..4"', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `1..4`.'),
    ('--vary seed=random', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `random`.'),
    ('--vary seed=1e3,2', 'a boat', '`seed` takes a whole number from -2147483648 to 2147483647, not `1e3`.'),
    ('--vary seed=99999999999', 'a boat', '`seed` goes from -2147483648 to 2147483647, not 99999999999.'),
    ('--vary temperature=0,0.0', 'a boat', '`0` and `0.0` of `temperature` are the same value.'),
    ('--vary temperature=0..2', 'a boat', 3),
    ('--vary temperature=-1,3', 'a boat', '2 things are wrong: (1) `temperature` goes from 0 to 2, no'),
    ('--vary temperature=nan', 'a boat', '`temperature` goes from 0 to 2, not nan.'),
    ('--vary thinking=high,minimal', 'a boat', 2),
    ('--vary thinking=HIGH,high', 'a boat', '`HIGH` and `high` of `thinking` are the same value.'),
    ('--vary tier=flex,standard', 'a boat', 2),
    ('--vary search=web,images', 'a boat', '2 things are wrong: (1) `images` is not a value of `search'),
    ('--vary search=on,off', 'a boat', '2 things are wrong: (1) `on` is not a value of `search`; w'),
    ('--vary search=yes,web', 'a boat', '2 things are wrong: (1) `yes` is not a value of `search`; '),
    ('--vary only=image,text', 'a boat', 2),
    ('--vary only=image,video', 'a boat', '`video` is not a value of `only`'),
    ('--vary system="be calm","be loud"', 'a boat', 2),
    ('--vary system=""', 'a boat', 1),
    ('--vary save=a,b', 'a boat', '`save` is the same for all shots, and cannot be an axis.'),
    ('--vary budget=1,2', 'a boat', '`budget` is the same for all shots, and cannot be an axis.'),
    ('--vary count=1,2', 'a boat', '`count` is the same for all shots, and cannot be an axis.'),
    ('--vary n=1,2', 'a boat', "`n` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary timeout=1,2', 'a boat', '`timeout` is the same for all shots, and cannot be an axis.'),
    ('--vary workers=1,2', 'a boat', '`workers` is the same for all shots, and cannot be an axis.'),
    ('--vary conversation=a,b', 'a boat', '`conversation` is the same for all shots, and cannot be an axis.'),
    ('--vary new=1,0', 'a boat', '`new` is the same for all shots, and cannot be an axis.'),
    ('--vary out=a,b', 'a boat', '`out` is the same for all shots, and cannot be an axis.'),
    ('--vary replay=on,off', 'a boat', '`replay` is the same for all shots, and cannot be an axis.'),
    ('--vary preview=100,200', 'a boat', '`preview` is the same for all shots, and cannot be an axis.'),
    ('--vary name=a,b', 'a boat', '`name` is the same for all shots, and cannot be an axis.'),
    ('--vary name=Ada,Bo', 'a {name}', 2),
    ('--vary vary=a,b', 'a boat', '`vary` is the same for all shots, and cannot be an axis.'),
    ('--vary vary=a,b', 'a {vary}', 2),
    ('--vary aspect=red,blue', 'a {aspect}', 2),
    ('--vary style=ink --vary style=oil', 'a {style}', '`style` is an axis twice.'),
    ('--vary style=ink', 'a boat', "`style` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary style=ink', 'a {style} {mood}', 'Nothing fills `{mood}` in the prompt.'),
    ('--vary style=ink', 'a {style} {"json": 1}', 1),
    ('--vary style=ink', 'a {style} {{mood}}', 1),
    ('--vary style=ink', 'a {{style}}', "`style` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary style=ink', 'a { style }', "`style` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary style=ink', 'a {style!r}', "`style` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary style=ink', 'a {style:>10}', "`style` is an axis, and neither the prompt nor an option's"),
    ('--vary style=ink', 'body { color: red; } {style}', 1),
    ('--vary style={a', 'a {style}', 1),
    ('--vary style=a}', 'a {style}', 1),
    ('--vary style={}', 'a {style}', 1),
    ('--vary style={{a}}', 'a {style}', 1),
    ('--vary style={styles}', 'a {style}', 2),
    ('--vary style={empty}', 'a {style}', '`style` has no values.'),
    ('--vary style={nosuch}', 'a {style}', '`{nosuch}` in `style` cannot be read: there is no such variable.'),
    ('--vary style={styles},{more}', 'a {style}', 4),
    ('--vary style={styles},neu', 'a {style}', 3),
    ('--vary style={styles},ink', 'a {style}', '`style` has the value `ink` twice.'),
    ('--vary style="{word} thick",b', 'a {style}', 2),
    ('--vary style={word} thick,b', 'a {style}', '`thick,b` is not an option; the prompt goes below the line.'),
    ('--vary style={d}', 'a {style}', 2),
    ('--vary style={df}', 'a {style}', 'A value of `style` is of type DataFrame, which is neither '),
    ("--vary style={col['style']}", 'a {style}', 2),
    ("--vary style={col['nope']}", 'a {style}', "`{col['nope']}` in `style` cannot be read: there is no 'nope'."),
    ('--vary style={gen}', 'a {style}', 'A value of `style` is of type generator, which is neither '),
    ('--vary style={num}', 'a {style}', 1),
    ('--vary style={npints}', 'a {style}', 3),
    ('--vary style={npscalar},3', 'a {style}', 2),
    ('--vary style={nans}', 'a {style}', 2),
    ('--vary style={nones}', 'a {style}', 2),
    ('--vary style={bools}', 'a {style}', 2),
    ('--vary style={nest}', 'a {style}', 'A value of `style` is of type list, which is neither text nor a picture.'),
    ('--vary style={tup}', 'a {style}', 'A value of `style` is of type tuple, which is neither text nor a picture.'),
    ('--vary style={aset}', 'a {style}', 'A value of `style` is of type set, which is neither text nor a picture.'),
    ('--vary style={func}', 'a {style}', 'A value of `style` is of type function, which is neither t'),
    ('--vary style={styles[0]},b', 'a {style}', 2),
    ('--vary style={len(styles)}', 'a {style}', '`{len(styles)}` in `style` cannot be read: only plain name'),
    ('--vary style=a,b --vary mood={style}',
     'a {style} {mood}', '`{style}` in `mood` cannot be read: there is no such varia'),
    ('--vary style="{mood} ink",oil --vary mood=calm,wild',
     'a {style}', '`mood` `calm` and `mood` `wild` ask for the same picture.'),
    ('--vary system="be {mood}",plain --vary mood=calm,wild',
     'a boat', '`mood` `calm` and `mood` `wild` ask for the same picture.'),
    ('--vary mood=calm,wild --system "be {mood}"', 'a boat', 2),
    ('--vary mood=calm,wild --aspect {mood}', 'a boat', '2 things are wrong: (1) `calm` is not a ratio; write it li'),
    ('--vary mood=1:1,16:9 --aspect {mood}', 'a boat', 2),
    ('--vary mood=1:1,17:9 --aspect {mood}', 'a boat', '`gemini-3.1-flash-lite-image` cannot draw 17:9; it takes'),
    ('--vary {shots}', 'a {style}', 2),
    ('--vary {gap}', 'a {style}', 'The row with `seed` `3` has no value for `{style}` in the prompt.'),
    ('--vary {listdict}', 'a {style}', 2),
    ('--vary {nosuch}', 'a {style}', '`{nosuch}` in `--vary` cannot be read: there is no such variable.'),
    ('--vary {styles}', 'a {style}', 'Row 1 of `styles` is not a mapping of columns to values.'),
    ('--vary {empty}', 'a {style}', '`empty` has no rows.'),
    ('--vary {d}', 'a {style}', '`d` is a DataFrame or a list of mappings, not dict.'),
    ('--vary bom.csv', 'a {style}', 2),
    ('--vary dup.csv', 'a {style}', '`dup.csv` has the column `style` twice.'),
    ('--vary empty.csv', 'a {style}', '`empty.csv` has no line of names.'),
    ('--vary head.csv', 'a {style}', '`head.csv` has no rows.'),
    ('--vary semi.csv', 'a {style}', 1),
    ('--vary long.csv', 'a {style}', 'Line 2 of `long.csv` has more cells than there are names.'),
    ('--vary case.csv', 'a {style}', '3 things are wrong: (1) Nothing fills `{style}` in the pro'),
    ('--vary fields.csv', '', 2),
    ('--vary fields.csv', 'a boat', '`prompt` is an axis, and there is a prompt too.'),
    ('--vary samerow.csv', 'a {style}', 'Rows 1 and 2 of `samerow.csv` are the same.'),
    ('--vary badval.csv', 'a {style}', '`gemini-3.1-flash-lite-image` cannot draw 17:3; it takes'),
    ('--vary noname.csv', 'a {style}', 1),
    ('--vary nosuch.csv', 'a {style}', '`nosuch.csv` cannot be read: No such file or directory.'),
    ('--vary "bom.csv"', 'a {style}', 2),
    ('--vary bom.csv --vary seed=1,2', 'a {style}', 4),
    ('--vary bom.csv --vary style=x', 'a {style}', '`style` is an axis twice.'),
    ('--vary bom.csv --vary head.csv', 'a {style}', '`head.csv` has no rows.'),
    ('--vary bom.xlsx', 'a {style}', '`--vary bom.xlsx` is a file, and only `.csv` and `.tsv` files are read.'),
    ('--vary prompt="a cat","a dog"', '', 2),
    ('--vary prompt="a cat","a dog"', 'a boat', '`prompt` is an axis, and there is a prompt too.'),
    ('--vary prompt=a cat,a dog', '', '`cat,a` is not an option; the prompt goes below the line.'),
    ('--vary prompt=a,a ', '', '`prompt` has the value `a` twice.'),
    ('--vary prompt={styles}', '', 2),
    ('--vary prompt="a {n} cat",dog --vary n=1,2', '', '`n` `1` and `n` `2` ask for the same picture.'),
    ('--vary aspect=1:1,16:9', '', 'The prompt is empty.'),
    ('--pair style,aspect --vary style=a,b --vary aspect=1:1,16:9', 'a {style}', 2),
    ('--pair style,aspect --vary style=a,b,c --vary aspect=1:1,16:9',
     'a {style}', 'A pair walks in step, and these have different numbers of '),
    ('--pair style --vary style=a,b', 'a {style}', '`--pair style` names one axis only.'),
    ('--pair style,style --vary style=a,b', 'a {style}', '`--pair style,style` names an axis twice.'),
    ('--pair style,moo --vary style=a,b', 'a {style}', '`pair` names `moo`, which is not an axis.'),
    ('--pair style aspect --vary style=a,b --vary aspect=1:1,16:9',
     'a {style}', '`aspect` is not an option; the prompt goes below the line.'),
    ('--pair style,aspect', 'a boat', '`--pair` is for sweeps, and this cell has no `--vary`.'),
    ('--pair style,aspect,seed --vary style=a,b --vary aspect=1:1,16:9 --vary seed=1,2', 'a {style}', 2),
    ('--pair style,aspect --pair aspect,seed --vary style=a,b --vary aspect=1:1,16:9 --vary seed=1,2',
     'a {style}', '`pair` names `aspect`, which is walked in step with `style'),
    ('--pair style,aspect --vary {shots} --vary aspect=1:1,16:9', 'a {style}', 2),
    ('--skip style=a --vary style=a,b', 'a {style}', 1),
    ('--skip style=a,aspect=1:1 --vary style=a,b --vary aspect=1:1,16:9', 'a {style}', 3),
    ('--skip style=z --vary style=a,b', 'a {style}', '`skip` names `z`, which is not a value of `style`.'),
    ('--skip moo=a --vary style=a,b', 'a {style}', '`skip` names `moo`, which is not an axis.'),
    ('--skip style --vary style=a,b', 'a {style}', '`--skip style` names no value.'),
    ('--skip style= --vary style=a,b', 'a {style}', '`--skip style=` names no value.'),
    ('--skip style="oil, thick" --vary style=ink,"oil, thick"', 'a {style}', 1),
    ('--skip style=a --skip style=b --vary style=a,b',
     'a {style}', 'Nothing is left to draw: every combination is skipped'),
    ('--skip style=a,style=b --vary style=a,b',
     'a {style}', '`--skip style=a,style=b` names `style` twice, and no shot '),
    ('--skip style=a', 'a boat', '`--skip` is for sweeps, and this cell has no `--vary`.'),
    ('--skip size=1k --vary size=1K,2K', 'a boat', '`gemini-3.1-flash-lite-image` cannot draw 2K; it takes 1K.'),
    ('--skip seed=01 --vary seed=1..3', 'a boat', 2),
    ('--skip model=gemini-3-pro-image --vary model=pro,flash', 'a boat', 1),
    ('--skip model=Pro --vary model=gemini-3-pro-image,flash', 'a boat', 1),
    ('--skip model=nosuch --vary model=pro,flash', 'a boat', '`skip` names `nosuch`, which is not a value of `model`.'),
    ('--skip size=2k --vary model=pro --vary size=1K,2K', 'a boat', 1),
    ('--skip style={word} --vary style=ink,oil', 'a {style}', 1),
    ('--skip style={styles} --vary style=ink,oil,pen', 'a {style}', 1),
    ('--skip style={empty} --vary style=ink,oil', 'a {style}', '`style` has no values.'),
    ('--skip style={nosuch} --vary style=ink,oil',
     'a {style}', '`{nosuch}` in `style` cannot be read: there is no such variable.'),
    ('--skip ref={pic} --vary ref={pic},{pic2}', 'mix', 1),
    ('--skip ref=./red.png --vary ref=red.png,blue.png', 'mix', 1),
    ('--skip ref=red.png --vary ref=./red.png,blue.png', 'mix', 1),
    ('--skip ref=bom.csv --vary ref=red.png,blue.png', 'mix', '`skip` names `bom.csv`, which is not a value of `ref`.'),
    ('--skip from=@1 --vary from=hero@1,hero@2 -c hero', 'mix', 1),
    ('--skip pic={pic2} --vary pic={pics}', 'a {pic} here', 1),
    ('--vary {spelled}', 'a {style}', 2),
    ('--vary {doubled}', 'a boat', 'Rows 1 and 2 ask for the same.'),
    ('--skip aspect=16x9 --vary aspect=1:1,16:9', 'a boat', 1),
    ('--vary style=a,b -n 0', 'a {style}', '`count` goes from 1 to 1000, not 0.'),
    ('--vary style=a,b -n -1', 'a {style}', '`count` goes from 1 to 1000, not -1.'),
    ('--vary style=a,b -n two', 'a {style}', '`count` takes a whole number from 1 to 1000, not `two`.'),
    ('--vary style=a,b -n 1.5', 'a {style}', '`count` takes a whole number from 1 to 1000, not `1.5`.'),
    ('--vary style=a,b -n 100000', 'a {style}', '`count` goes from 1 to 1000, not 100000.'),
    ('--vary style=a,b --workers 0', 'a {style}', '`workers` goes from 1 to 256, not 0.'),
    ('--vary style=a,b --workers x', 'a {style}', '`workers` takes a whole number from 1 to 256, not `x`.'),
    ('--vary style=a,b --name "a b"', 'a {style}', '`a b` cannot be the name of a sweep.'),
    ('--vary style=a,b --name a/b', 'a {style}', '`a/b` cannot be the name of a sweep.'),
    ('--vary style=a,b --name x.1', 'a {style}', '`x.1` cannot be the name of a sweep.'),
    ('--vary style=a,b --name 17', 'a {style}', 2),
    ('--vary style=a,b --name @3', 'a {style}', '`@3` cannot be the name of a sweep.'),
    ('--vary style=a,b --name ""', 'a {style}', 'The value of `--name` is empty.'),
    ('--vary style=a,b --save a.png', 'a {style}', '`a.png` is one file, and a sweep has many pictures.'),
    ('--vary style=a,b --save out/{style}', 'a {style}', '`save` is one folder for all shots, without places for val'),
    ('--vary style=a,b --mask x', 'a {style}', '`--mask` is not an option.'),
    ('--vary style=a,b --stream', 'a {style}', '`--stream` is not an option.'),
    ('--vary style=a,b --thoughts', 'a {style}', 2),
    ('--vary style=a,b --yolo', 'a {style}', '`--yolo` is not an option.'),
    ('--vary style=a,b --show json', 'a {style}', '`--show json` shows one request, and a sweep has many.'),
    ('--vary style=a,b --aspect 1:1 --vary aspect=16:9', 'a {style}', '`aspect` is an axis and an option too.'),
    ('--vary style=a,b --model pro,flash', 'a {style}', '`pro,flash` is not a model id: only letters, digits, `.`, '),
    ('--vary style=a,b --aspect 1:1,16:9', 'a {style}', '`1:1,16:9` is not a ratio; write it like `16:9`.'),
    ('--vary ref=nosuch.png,bom.csv', 'mix', '2 things are wrong: (1) `nosuch.png` cannot be read: there'),
    ('--vary ref={pic},{pic2}', 'mix', 2),
    ('--vary ref={pics}', 'mix', 2),
    ('--vary ref={pic},{pic}', 'mix', '`ref` `picture 1` and `ref` `picture 2` ask for the same picture.'),
    ('--vary ref=@1,@99', 'mix', '`main` has no turn 99; it has turns 1 to 1.'),
    ('--vary from=@1,@2', 'mix', '`main` has no turn 2; it has turns 1 to 1.'),
    ('--vary from=1,2', 'mix', '2 things are wrong: (1) `--from 1` is not a result. (2) `--from 2` is not a result.'),
    ('--vary from=hero@1,other@1', 'mix', '`from` names turns of different conversations (`hero`, `ot'),
    ('--vary from=hero@1,hero@2', 'mix', 2),
    ('--vary from=none,hero@1', 'mix', '`--from none` is not a result.'),
    ('--vary from=@99', 'mix', '`main` has no turn 99; it has turns 1 to 1.'),
    ('--vary from=nosuch@1', 'mix', 'There is no conversation `nosuch`.'),
    ('--vary pic={pics}', 'a {pic} here', 2),
    ('--vary pic={pic},cat', 'a {pic} here', 2),
    ('--vary style=a,b --from hero@1', 'a {style}', 2),
    ('--vary style=a,b --from @99', 'a {style}', '`main` has no turn 99; it has turns 1 to 1.'),
    ('--vary style=a,b --ref nosuch.png', 'a {style}', '`nosuch.png` cannot be read: there is no such file.'),
    ('--vary style=a,b --raw', 'a {style} {mood}', 2),
    ('--vary style={styles} --raw', 'a {style}', 1),
    ('--vary aspect=1:1,17:9 --vary size=1K,9K --vary foo=a --skip x=y --pair p,q -n 2',
     'a {bar}', '6 things are wrong, 3 of them: (1) Nothing fills `{bar}` in the promp'),
    ('--vary history=1,2', 'a boat', '`history` is the same for all shots, and cannot be an axis.'),
    ('--vary safety=off,on', 'a boat', '`safety` is the same for all shots, and cannot be an axis.'),
    ('--vary set=a,b', 'a boat', '`set` is the same for all shots, and cannot be an axis.'),
    ('--vary alt=a,b', 'a boat', '`alt` is the same for all shots, and cannot be an axis.'),
    ('--vary key=a,b', 'a boat', "`key` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary backend=emulator,vertex', 'a boat', '`backend` is an axis, and neither the prompt nor an option'),
    ('--vary quality=1,2', 'a boat', "`quality` is an axis, and neither the prompt nor an option's value uses it."),
    ('--vary video=a,b', 'a {video}', 2),
    ('--vary thumbnail=a --vary n=1,2', 'a {n}', '`thumbnail` is an axis, and neither the prompt nor an opti'),
    ('--vary style=<b>x</b>,"a|b"', 'a {style}', 2),
    ('--vary style=ü,日本,🎨', 'a {style}', 3),
    ('--vary style=שלום,"مرحبا"', 'a {style}', 2),
]  # fmt: skip


@pytest.fixture(name="server", scope="module")
def _server() -> DrawingServer:
    return DrawingServer()


@pytest.fixture(name="typed", scope="module")
def _typed(server: DrawingServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder: Path = tmp_path_factory.mktemp("lines")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with serving(server) as url:
        key = "AIzaSyStrictSentinel0123456789abcdefghi"
        variables = {"GOOGLE_GEMINI_BASE_URL": url, "GOOGLE_API_KEY": key, "NBGEMINI_MODEL": "flash-lite"}
        with kernel(folder, variables) as running:
            assert running.run(SET_UP).ok
            for name in ("hero", "hero", "other", "main"):
                assert running.run(f"%%imagine -c {name}\na boat").ok
            yield running


@pytest.mark.deep
def test_each_line_is_refused_by_name_or_right(typed: Kernel, server: DrawingServer) -> None:
    """Every line of the table, as a dry run; what is refused is refused in our own words, and nothing is sent."""
    before, wrong = server.requests, list[str]()
    for options, body, expected in LINES:
        outcome = typed.run(f"%%imagine {options} --dry-run\n{body}")
        said = outcome.text if outcome.ok else " ".join(outcome.error_lines)
        start = f"Nothing was sent. {expected} shot{'s' * (expected != 1)} ·" if isinstance(expected, int) else expected
        if outcome.ok != isinstance(expected, int) or start not in said:
            wrong.append(f"{options} | {body}: {said[:300]}")
    assert not wrong, "\n".join(wrong)
    assert server.requests == before
    assert len(LINES) > 200
