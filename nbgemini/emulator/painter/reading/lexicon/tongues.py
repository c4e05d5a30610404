"""A few everyday words of other languages, for prompts and for set text."""

# Foreign word -> a word of ours. Words that mean something else in English are left out on purpose.
_PROMPT = {
    "cat": "gato gata katze chat gatto кот кошка 猫 قطة 고양이 katt kot kat kedi",
    "dog": "perro hund chien cane собака 狗 犬 كلب 개 hond pies köpek",
    "fox": "zorro fuchs renard volpe лиса 狐狸 キツネ ثعلب 여우 vos lis tilki",
    "bird": "pájaro pajaro vogel oiseau uccello птица 鸟 鳥 طائر 새",
    "house": "casa haus maison дом 房子 家 بيت 집 huis dom ev",
    "tree": "árbol arbol baum arbre albero дерево 树 木 شجرة 나무 boom drzewo ağaç",
    "boat": "barco boot bateau barca лодка 船 قارب 배 łódź tekne",
    "car": "coche auto voiture carro машина 汽车 車 سيارة 자동차",
    "flower": "flor blume fleur fiore цветок 花 زهرة 꽃 bloem kwiat çiçek",
    "sun": "sonne soleil sole солнце 太阳 太陽 شمس 태양",
    "moon": "luna mond lune луна 月亮 月 قمر 달",
    "star": "estrella stern étoile etoile stella звезда 星 نجمة 별",
    "mountains": "montaña montana montañas berge montagne montagna горы 山 جبل 산",
    "sea": "mar meer mer море 海 بحر 바다",
    "beach": "playa strand plage spiaggia пляж 海滩 海边 沙滩 浜 شاطئ 해변",
    "forest": "bosque wald forêt foret bosco лес 森林 森 غابة 숲",
    "city": "ciudad stadt ville città citta город 城市 街 مدينة 도시",
    "castle": "castillo schloss burg château chateau castello замок 城堡 城 قلعة 성",
    "horse": "caballo pferd cheval cavallo лошадь 马 馬 حصان 말",
    "fish": "pez pescado fisch poisson pesce рыба 鱼 魚 سمكة 물고기",
    "apple": "manzana apfel pomme mela яблоко 苹果 リンゴ تفاحة 사과",
    "robot": "roboter робот 机器人 ロボット روبوت 로봇",
    "woman": "mujer frau femme donna женщина 女人 امرأة 여자",
    "man": "hombre mann homme uomo мужчина 男人 رجل 남자",
    "child": "niño nino niña kind-child enfant bambino ребёнок 孩子 子供 طفل 아이",
    "balloon": "globo ballon palloncino шар 气球 風船 بالون 풍선",
    "red": "rojo roja rouge rosso rossa красный красная 红色 红 赤 أحمر 빨간",
    "blue": "azul blau bleu bleue синий 蓝色 蓝 青 أزرق 파란",
    "green": "verde grün gruen vert verte зелёный зеленый 绿色 绿 緑 أخضر 초록",
    "yellow": "amarillo amarilla gelb jaune giallo жёлтый 黄色 黄 أصفر 노란",
    "black": "negro negra schwarz noire nero чёрный 黑色 黑 黒 أسود 검은",
    "white": "blanco blanca weiß weiss blanc blanche bianco белый 白色 白 أبيض 하얀",
    "night": "noche nacht nuit notte ночь ночью 夜 夜晚 ليل 밤",
    "sunset": "atardecer sonnenuntergang coucher tramonto закат 日落 夕日 غروب 일몰",
    "snow": "nieve schnee neige neve снег 雪 ثلج 눈",
    "rain": "lluvia regen pluie pioggia дождь 雨 مطر 비",
    "two": "dos zwei deux due два две 两 二 اثنان",
    "three": "tres drei trois tre три 三 ثلاثة 세",
    "four": "cuatro vier quatre четыре 四 أربعة",
    "five": "cinco fünf cinq cinque пять 五 خمسة",
    "big": "grande groß gross gran большой 大 كبير",
    "small": "pequeño pequeno klein petit piccolo маленький 小 صغير",
    "winter": "invierno hiver inverno зима 冬天 冬 شتاء 겨울",
    "autumn": "otoño otono herbst automne autunno осень 秋天 秋 خريف 가을",
}
WORDS = {word: own for own, words in _PROMPT.items() for word in words.split()}

LANGUAGES = {
    "spanish": "es",
    "español": "es",
    "castellano": "es",
    "french": "fr",
    "français": "fr",
    "german": "de",
    "deutsch": "de",
    "italian": "it",
    "italiano": "it",
    "portuguese": "pt",
    "português": "pt",
    "english": "en",
}
# English | Spanish | French | German | Italian | Portuguese
_SET = """
hello|hola|bonjour|hallo|ciao|olá
goodbye|adiós|au revoir|auf wiedersehen|arrivederci|adeus
welcome|bienvenidos|bienvenue|willkommen|benvenuti|bem-vindos
thank you|gracias|merci|danke|grazie|obrigado
thanks|gracias|merci|danke|grazie|obrigado
good morning|buenos días|bonjour|guten morgen|buongiorno|bom dia
good night|buenas noches|bonne nuit|gute nacht|buonanotte|boa noite
happy birthday|feliz cumpleaños|joyeux anniversaire|alles gute zum geburtstag|buon compleanno|feliz aniversário
merry christmas|feliz navidad|joyeux noël|frohe weihnachten|buon natale|feliz natal
happy new year|feliz año nuevo|bonne année|frohes neues jahr|buon anno|feliz ano novo
open|abierto|ouvert|geöffnet|aperto|aberto
closed|cerrado|fermé|geschlossen|chiuso|fechado
sale|rebajas|soldes|ausverkauf|saldi|promoção
coffee|café|café|kaffee|caffè|café
tea|té|thé|tee|tè|chá
bread|pan|pain|brot|pane|pão
bakery|panadería|boulangerie|bäckerei|panetteria|padaria
water|agua|eau|wasser|acqua|água
summer|verano|été|sommer|estate|verão
winter|invierno|hiver|winter|inverno|inverno
spring|primavera|printemps|frühling|primavera|primavera
autumn|otoño|automne|herbst|autunno|outono
love|amor|amour|liebe|amore|amor
peace|paz|paix|frieden|pace|paz
home|hogar|maison|zuhause|casa|lar
world|mundo|monde|welt|mondo|mundo
sea|mar|mer|meer|mare|mar
beach|playa|plage|strand|spiaggia|praia
city|ciudad|ville|stadt|città|cidade
night|noche|nuit|nacht|notte|noite
day|día|jour|tag|giorno|dia
music|música|musique|musik|musica|música
festival|festival|festival|festival|festival|festival
concert|concierto|concert|konzert|concerto|concerto
exit|salida|sortie|ausgang|uscita|saída
entrance|entrada|entrée|eingang|ingresso|entrada
danger|peligro|danger|gefahr|pericolo|perigo
stop|alto|arrêt|halt|alt|pare
yes|sí|oui|ja|sì|sim
no|no|non|nein|no|não
school|escuela|école|schule|scuola|escola
book|libro|livre|buch|libro|livro
books|libros|livres|bücher|libri|livros
cat|gato|chat|katze|gatto|gato
dog|perro|chien|hund|cane|cachorro
flowers|flores|fleurs|blumen|fiori|flores
market|mercado|marché|markt|mercato|mercado
the|el|le|die|il|o
and|y|et|und|e|e
for|para|pour|für|per|para
free|gratis|gratuit|kostenlos|gratis|grátis
new|nuevo|nouveau|neu|nuovo|novo
today|hoy|aujourd'hui|heute|oggi|hoje
tomorrow|mañana|demain|morgen|domani|amanhã
apples|manzanas|pommes|äpfel|mele|maçãs
pears|peras|poires|birnen|pere|peras
bananas|plátanos|bananes|bananen|banane|bananas
red|rojo|rouge|rot|rosso|vermelho
blue|azul|bleu|blau|blu|azul
green|verde|vert|grün|verde|verde
explore|explora|explorez|entdecke|esplora|explore
visit|visita|visitez|besuche|visita|visite
start|inicio|début|start|inizio|início
end|fin|fin|ende|fine|fim
"""
_ORDER = ("en", "es", "fr", "de", "it", "pt")
_ROWS = [row.split("|") for row in _SET.strip().splitlines()]


def translated(text: str, language: str) -> str:
    """The text in another language as far as the small dictionary reaches; the rest, and the letter case, stay."""
    column = _ORDER.index(language)
    to = {cell: row[column] for row in reversed(_ROWS) for cell in row}
    low = text.lower()
    whole = to.get(low.strip(" !?.¡¿"))
    if whole is not None:
        tail = text[len(text.rstrip("!?.")) :]
        return _cased(whole, text) + tail
    return " ".join(_cased(to.get(word.lower().strip("!?.,"), word), word) for word in text.split(" "))


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
