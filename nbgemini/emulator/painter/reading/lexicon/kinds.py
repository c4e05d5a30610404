"""Every kind of thing: its height in stage units, its plane, where it is at home, and the words for it."""

# kind | height | plane | homes | words (the kind's own name is one of them); a line that begins with + goes on.
LIVING = """
cat | .34 | ground | room meadow | kitten kitty tabby tomcat feline tabby-cat house-cat
dog | .36 | ground | meadow room | puppy hound labrador poodle terrier corgi retriever golden-retriever doggy
+ dachshund husky
fox | .34 | ground | forest meadow | vixen
wolf | .38 | ground | forest snow | coyote
rabbit | .26 | ground | meadow forest | bunny hare
bear | .46 | ground | forest mountains | grizzly cub brown-bear
polar bear | .44 | ground | snow | polar-bear
panda | .42 | ground | forest | panda-bear
red panda | .34 | ground | forest | red-panda
raccoon | .32 | ground | forest | badger
mouse | .18 | ground | room meadow | rat hamster
squirrel | .24 | ground | forest | chipmunk
horse | .5 | ground | meadow | pony stallion mare foal
zebra | .48 | ground | meadow | 
unicorn | .52 | ground | meadow | pegasus
cow | .44 | ground | meadow | bull calf ox cattle
sheep | .34 | ground | meadow hills | lamb ram
goat | .36 | ground | mountains | 
pig | .3 | ground | meadow | piglet hog boar
deer | .5 | ground | forest | stag doe fawn reindeer moose elk
lion | .42 | ground | meadow desert | lioness
tiger | .42 | ground | forest | 
leopard | .4 | ground | forest | cheetah jaguar panther
elephant | .56 | ground | meadow | mammoth
giraffe | .8 | ground | meadow | 
camel | .5 | ground | desert | dromedary llama alpaca
monkey | .36 | ground | forest | ape gorilla chimpanzee
hedgehog | .2 | ground | forest | porcupine
kangaroo | .46 | ground | desert | wallaby
bird | .13 | air | meadow | sparrow robin finch songbird swallow
seagull | .12 | air | beach sea | gull albatross
eagle | .2 | air | mountains | hawk falcon
owl | .3 | ground | forest | owlet
duck | .22 | ground | lake | duckling goose swan
flamingo | .4 | ground | lake | heron stork
penguin | .36 | ground | snow | 
parrot | .28 | ground | forest | macaw toucan
chicken | .26 | ground | meadow | hen rooster chick
fish | .16 | air | underwater | goldfish salmon-fish clownfish koi tuna
whale | .42 | ground | sea underwater | orca
dolphin | .26 | ground | sea underwater | porpoise
shark | .28 | air | underwater | 
octopus | .36 | ground | underwater | squid jellyfish
turtle | .22 | ground | beach underwater | tortoise
crab | .16 | ground | beach | lobster
frog | .2 | ground | lake | toad
snail | .16 | ground | meadow | slug
butterfly | .12 | air | meadow | moth dragonfly
bee | .09 | air | meadow | bumblebee wasp fly
ladybug | .1 | ground | meadow | ladybird beetle bug
spider | .13 | ground | forest | 
snake | .2 | ground | desert forest | serpent
crocodile | .22 | ground | river | alligator lizard
dinosaur | .6 | ground | forest | t-rex tyrannosaurus brontosaurus dino
dragon | .58 | ground | mountains | wyvern
person | .46 | ground | meadow | people human figure somebody someone guy passer-by pedestrian tourist hiker
+ traveler traveller farmer worker student character crowd customer dancer runner gardener
man | .47 | ground | meadow | gentleman dad father grandfather boyfriend businessman fisherman men ceramicist musician
woman | .46 | ground | meadow | lady mom mother grandmother girlfriend businesswoman women
child | .34 | ground | meadow | kid toddler baby children kids boy
girl | .34 | ground | meadow | daughter
astronaut | .46 | ground | moon space | cosmonaut spaceman
robot | .44 | ground | city room | android cyborg droid bot
chef | .46 | ground | room | cook baker waiter barista
wizard | .5 | ground | forest | magician sorcerer witch
knight | .48 | ground | hills | warrior soldier samurai
king | .48 | ground | hills | queen prince princess
pirate | .46 | ground | beach | 
scientist | .46 | ground | room | doctor nurse teacher professor
snowman | .4 | ground | snow | 
ghost | .36 | air | village | spirit phantom
alien | .38 | ground | moon | martian extraterrestrial monster creature
"""
LAND = """
tree | .58 | ground | meadow | oak maple elm birch willow apple-tree cherry-tree bonsai
pine | .56 | ground | mountains | pine-tree fir spruce conifer christmas-tree cedar
palm | .56 | ground | beach | palm-tree coconut-tree
bush | .2 | ground | meadow | shrub hedge
cactus | .36 | ground | desert | cacti succulent
flower | .24 | ground | meadow | daisy blossom bloom poppy lily orchid wildflower lotus iris lavender
tulip | .24 | ground | meadow | 
rose | .24 | ground | meadow | 
sunflower | .36 | ground | meadow | 
mushroom | .24 | ground | forest | toadstool fungus
leaf | .3 | ground | studio | maple-leaf leaves
potted plant | .34 | ground | room | plant houseplant potted-plant pot fern
grass | .12 | ground | meadow | tall-grass reed
rock | .18 | ground | meadow | boulder pebble cliff stone
mountain | .6 | ground | mountains | 
volcano | .6 | ground | sea | 
island | .2 | ground | sea | 
iceberg | .34 | ground | sea | 
waterfall | .6 | ground | forest | 
campfire | .24 | ground | forest | fire bonfire flame
sun | .26 | sky | | 
moon | .22 | sky | | full-moon
crescent | .2 | sky | | crescent-moon half-moon
star | .1 | sky | | 
cloud | .15 | sky | | 
planet | .26 | sky | space | saturn jupiter mars-planet venus
earth | .34 | sky | space | globe world
comet | .22 | sky | space | meteor asteroid shooting-star
rainbow | .4 | sky | | 
lightning | .3 | sky | | thunderbolt lightning-bolt
snowflake | .16 | air | snow | 
drop | .2 | air | studio | droplet raindrop teardrop water-drop
"""
BUILT = """
house | .42 | ground | meadow | home cottage cabin hut villa bungalow mansion farmhouse
barn | .42 | ground | meadow | stable shed farm
tower | .7 | ground | hills | watchtower
castle | .62 | ground | hills | fortress palace citadel
church | .62 | ground | village | chapel cathedral monastery
skyscraper | .8 | ground | city | building high-rise office-building apartment hotel school hospital bank
shop | .42 | ground | city | store coffee-shop bakery storefront kiosk bookshop market
lighthouse | .74 | ground | sea beach | beacon
windmill | .58 | ground | meadow | mill
wind turbine | .68 | ground | hills | turbine wind-turbine
temple | .46 | ground | hills | parthenon shrine ruins
pagoda | .66 | ground | mountains | 
igloo | .26 | ground | snow | 
tent | .28 | ground | forest | camp tepee yurt
bridge | .26 | ground | river | 
fence | .14 | ground | meadow | gate
wall | .16 | ground | meadow | 
well | .26 | ground | village | 
pyramid | .46 | ground | desert | pyramids
eiffel tower | .82 | ground | city | eiffel-tower
factory | .46 | ground | city | power-plant
bench | .18 | ground | meadow | 
street lamp | .46 | ground | city | lamppost street-light streetlamp lamp-post street-lamp streetlight
sign | .3 | ground | meadow | signpost billboard banner placard notice signboard
fountain | .36 | ground | city | 
statue | .5 | ground | city | sculpture monument
boat | .3 | ground | sea lake | sailboat sailing-boat yacht dinghy sailing-ship schooner vessel
rowboat | .14 | ground | lake | canoe kayak rowing-boat raft gondola
ship | .32 | ground | sea | pirate-ship ferry cruise-ship liner freighter tanker steamboat steamer tugboat
submarine | .2 | ground | underwater sea | 
car | .2 | ground | city | automobile taxi cab sedan convertible jeep racing-car sports-car beetle-car
truck | .28 | ground | city | lorry pickup fire-truck van
bus | .27 | ground | city | school-bus tram trolley coach
train | .28 | ground | hills | locomotive steam-train railway
bicycle | .26 | ground | city | bike cycle
motorcycle | .24 | ground | city | motorbike scooter moped vespa
tractor | .3 | ground | meadow | 
airplane | .2 | air | sky | plane aeroplane jet aircraft airliner biplane
helicopter | .22 | air | city | chopper drone
hot-air balloon | .42 | air | hills | hot-air-balloon air-balloon
balloon | .3 | air | meadow | 
rocket | .46 | air | space | spaceship spacecraft space-ship rocketship shuttle
satellite | .22 | air | space | space-station
ufo | .2 | air | hills | flying-saucer saucer
kite | .3 | air | beach | 
parachute | .36 | air | hills | parachutist paraglider
"""
WARES = """
table | .3 | ground | room | desk dining-table coffee-table workbench
chair | .34 | ground | room | stool armchair throne
sofa | .34 | ground | room | couch settee loveseat
bed | .34 | ground | room | 
bookshelf | .56 | ground | room | bookcase shelf shelves
lamp | .4 | ground | room table | floor-lamp desk-lamp
lantern | .24 | ground | table | 
candle | .24 | ground | table | candles
clock | .24 | wall | room | alarm-clock watch
frame | .3 | wall | room | framed-picture picture-frame canvas
door | .5 | ground | room | doorway
window | .36 | wall | room | 
mirror | .34 | wall | room | 
piano | .36 | ground | room | grand-piano
guitar | .44 | ground | room | ukulele violin cello
drum | .26 | ground | room | drums
vase | .32 | ground | table | jug pitcher pottery
bouquet | .4 | ground | table | 
cup | .2 | ground | table | mug coffee tea coffee-cup teacup espresso latte cappuccino hot-chocolate cocoa
teapot | .24 | ground | table | kettle
bottle | .34 | ground | table | wine potion flask
glass | .24 | ground | table | juice cocktail lemonade drink
bowl | .18 | ground | table | soup ramen noodles
plate | .1 | ground | table | dish
book | .16 | ground | table | notebook diary novel books
laptop | .26 | ground | table | computer screen monitor television tv
phone | .26 | ground | table | smartphone mobile telephone
camera | .2 | ground | table | 
lightbulb | .3 | ground | studio | light-bulb bulb idea
pencil | .3 | ground | table | pen crayon paintbrush brush
key | .16 | ground | table | 
gear | .3 | ground | studio | cog machine engine
crown | .2 | ground | studio | tiara
hat | .2 | ground | studio | cap top-hat beanie
wizard hat | .26 | ground | studio | wizard-hat witch-hat
party hat | .24 | ground | studio | party-hat
scarf | .16 | ground | studio | 
bow tie | .1 | ground | studio | bowtie bow-tie tie
glasses | .12 | ground | studio | spectacles sunglasses goggles eyeglasses
shoe | .18 | ground | studio | sneaker boot shoes sneakers
umbrella | .4 | ground | beach city | parasol
bag | .28 | ground | studio | backpack handbag suitcase briefcase luggage
box | .24 | ground | studio | crate chest treasure treasure-chest parcel package
gift | .24 | ground | studio | present gift-box
barrel | .26 | ground | village | keg bucket
ball | .18 | ground | studio | soccer-ball football basketball tennis-ball beach-ball
teddy | .34 | ground | room | teddy-bear plush-toy stuffed-animal toy
rubber duck | .24 | ground | studio | rubber-duck
flag | .4 | ground | hills | 
trophy | .32 | ground | studio | medal award
diamond | .24 | ground | studio | gem jewel crystal-gem gemstone emerald-gem
skateboard | .12 | ground | city | surfboard snowboard
apple | .2 | ground | table | 
pear | .23 | ground | table | 
orange | .2 | ground | table | mandarin grapefruit
lemon | .17 | ground | table | lime-fruit
banana | .22 | ground | table | 
cherry | .2 | ground | table | cherries
strawberry | .18 | ground | table | raspberry berry
grapes | .26 | ground | table | grape blueberries
watermelon | .22 | ground | table | melon
pineapple | .36 | ground | table | 
tomato | .18 | ground | table | 
carrot | .28 | ground | table | 
pumpkin | .24 | ground | table | squash
avocado | .2 | ground | table | 
egg | .16 | ground | table | 
bread | .18 | ground | table | loaf toast baguette croissant
cheese | .17 | ground | table | 
pizza | .16 | ground | table | 
burger | .24 | ground | table | hamburger cheeseburger sandwich
cake | .28 | ground | table | birthday-cake pie-cake
cupcake | .22 | ground | table | muffin
donut | .18 | ground | table | doughnut bagel
ice cream | .3 | ground | table | ice-cream icecream gelato sundae
cookie | .15 | ground | table | biscuit
sushi | .13 | ground | table | 
circle | .4 | ground | plain | 
square | .38 | ground | plain | 
rectangle | .34 | ground | plain | 
triangle | .4 | ground | plain | 
pentagon | .4 | ground | plain | 
hexagon | .4 | ground | plain | honeycomb
octagon | .4 | ground | plain | 
diamond shape | .44 | ground | plain | rhombus lozenge
heart | .36 | ground | plain | 
star shape | .36 | ground | plain | star-shape
cross | .34 | ground | plain | plus
ring | .36 | ground | plain | oval ellipse
arrow | .22 | ground | plain | 
spiral | .42 | ground | plain | swirl
line | .1 | ground | plain | stripe
dot | .16 | ground | plain | 
cube | .36 | ground | studio | block dice
sphere | .36 | ground | studio | orb
cone | .38 | ground | studio | 
cylinder | .36 | ground | studio | 
form | .44 | ground | studio | abstract-sculpture
sticker | .36 | front | studio | 
print | .36 | wall | room | 
photo print | .34 | ground | table | polaroid
"""
