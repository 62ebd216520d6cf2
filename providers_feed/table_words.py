"""The words of tables: what columns are called, and what the kinds that offices write mean. All in `fold`ed form."""

import re
import unicodedata
from typing import NamedTuple

from sejour.domain.offer import Kind

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "–": "-", "—": "-", "−": "-"})
_ACCENTS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """ "L’Été  1er" → "l'ete 1er": lower case, without accents, single spaces, straight quotes and dashes."""
    text = text.lower()
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS)))
    return " ".join(text.split())


def letters(text: str) -> str:
    """ "Nom de l’établissement *" → "nom de l etablissement": words alone, as columns are compared."""
    return " ".join(re.findall(r"[a-z]+|[0-9]+", fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))))


COLUMNS: dict[str, str] = {  # field → names of columns, the surest first; a column that begins with one of them counts too
    "name": "nom du poi|nom complet|nom de l offre|nom usuel|nom officiel|nom|titre|intitule|denomination|raison sociale|enseigne|libelle|"
            "appellation|designation|etablissement|name|title|nombre|titulo|syndicobjectname",
    "lat": "latitude|lat|latitud|gmap latitude|gmaplatitude|coordonnee y|coord y|y",
    "lon": "longitude|lon|lng|long|longitud|gmap longitude|gmaplongitude|coordonnee x|coord x|x",
    "position": "geo point 2d|geo point|geopoint|coordonnees gps|coordonnees geographiques|coordonnees|point gps|gps|position|lat lon|latlon|"
                "geolocalisation|geoloc|geometry|geom",
    "street": "lieu|nom du lieu|salle|adresse postale|adresse complete|adresse|voie|rue|address|street|direccion",
    "postcode": "code postal et commune|code postal|codepostal|cp|postcode|postal code|zip code|zip|codigo postal",
    "city": "nom de la commune|nom commune|libelle commune|commune|ville|localite|municipio|municipalite|nomcom|libcom|city|town",
    "insee": "code insee commune|code insee|codeinsee|insee|code commune insee|code commune",
    "phone": "numero de telephone|telephone|telephones|tel fixe|tel|mobile|portable|phone|phones|telefono|telefonos",
    "email": "adresse mail|adresse e mail|adresse email|adresse electronique|courriel|e mail|email|emails|mail|mel|correo",
    "web": "site web|site internet|siteweb|page web|adresse web|adresse internet|url du site|url site|site|web|websites|website|lien|url|urls",
    "booking": "lien de reservation|lien reservation|url reservation|reservation en ligne|reservation|billetterie|booking",
    "contact": "contacts du poi|contacts|contact",
    "kind": "categories de poi|type de lieu|type d etablissement|type d offre|type d hebergement|type de manifestation|type d evenement|"
            "type etablissement|type|types|categorie|categories|category|sous type|sous categorie|genre|nature|rubrique|activite|kind|tipo",
    "themes": "themes|theme|thematiques|thematique|mots cles|tags|keywords",
    "description": "descriptif court|description courte|descriptif|description|presentation|resume|texte|accroche|descripcion|summary",
    "hours": "horaires d ouverture|heures d ouverture|jours et heures d ouverture|jours et horaires|jours d ouverture|horaires|horaire|ouvertures|"
             "ouverture|opening hours|openinghours|horarios|horario",
    "start": "date de debut|date debut|debut|start date|startdate|start|date du debut|periodes regroupees|date de la manifestation|"
             "date de l evenement|dates|date|jour|du",
    "end": "date de fin|date fin|fin|end date|enddate|end|jusqu au|au",
    "start_time": "heure de debut|heure debut|horaire de debut|start time|heure|heures",
    "end_time": "heure de fin|heure fin|horaire de fin|end time",
    "price": "tarif plein|plein tarif|tarifs|tarif|prix|price|tarification|tarifas|tarifa",
    "free": "entree libre|entree gratuite|acces libre|gratuit|gratuite|free",
    "wheelchair": "accessible pmr|acces pmr|accessibilite pmr|pmr|fauteuil roulant|fauteuil|acces handicapes|handicap moteur|handicaps|"
                  "accessibilite|accessible|accesibilidad|wheelchair",
    "dogs": "chiens acceptes|chiens admis|chiens|chien|animaux acceptes|animaux admis|animaux|permet animaux|permetanimaux|dogs|pets",
    "stroller": "poussettes|poussette|stroller",
    "sheltered": "a l abri|abrite|interieur|sheltered",
    "id": "identifiant unique|identifiant|uri id du poi|syndicobjectid|id unico|id poi|id|uid|uuid|identifier|reference|ref|uri",
    "updated": "date de mise a jour|date mise a jour|derniere mise a jour|mise a jour|date de modification|modifie le|maj|updated at|updated|"
               "last update|lastupdate",
    "producer": "createur de la donnee|createur|producteur de la donnee|producer",
    "status": "statut|etat|status",
    "picture": "url photo|url image|lien photo|photos|photo|images|image|visuel|picture|fotos",
    "credit": "credit photo|credits photo|credits|credit|copyright",
}  # fmt: skip
SEVERAL = {"street", "phone", "email", "web", "contact", "kind", "themes"}  # fields that take more than one column
EXACT = {"y", "x", "lat", "lon", "long", "lieu", "du", "au", "jour", "date", "type", "types", "nature", "genre", "web", "url", "lien", "site", "id", "ref",
         "uri", "uid", "end", "start", "free", "heure", "ouverture", "etat", "salle", "gps", "mail", "tel", "rue", "contact", "activite",
         "interieur", "reference", "etablissement", "nombre", "geom", "status", "statut", "position", "image", "libelle", "reservation", "maj"}  # fmt: skip
TAILS = {  # what may follow a name of a column without changing what it is about
    "de", "du", "des", "d", "l", "la", "le", "les", "et", "ou", "en", "a", "au", "etablissement", "etablissements", "poi", "lieu", "site", "sites", "offre",
    "structure", "musee", "manifestation", "evenement", "restaurant", "hotel", "hebergement", "activite", "prestataire", "principal", "principale",
    "francais", "fr", "francaise", "francaises", "ouverture", "officiel", "officielle", "usuel", "complet", "complete", "commercial", "commerciale", "public",
    "fixe", "portable", "mobile", "gps", "wgs84", "decimal", "decimale", "dd", "court", "courte", "long", "longue", "detaille", "detaillee", "obligatoire",
    "debut", "fin", "individuel", "indicatif", "indicatifs", "euros", "plein", "adulte", "entree", "web", "url", "facebook", "instagram",
    "ligne", "plus", "proche", "normal", "touristique", "concours", "animation", "ville", "commune", "1", "2", "3", "4", "5",
}  # fmt: skip
NOT_A_NAME = {"commune", "ville", "departement", "region", "pays", "canton", "epci", "rue", "voie", "contact", "responsable", "prenom", "famille", "gerant",
              "proprietaire", "president", "fichier", "photo", "image", "utilisateur", "iti", "acces", "acceso", "places", "chambres", "lits"}  # fmt: skip
LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "gb": "en", "uk": "en", "anglais": "en", "english": "en", "es": "es",
             "espagnol": "es", "spanish": "es", "de": "de", "allemand": "de", "german": "de", "it": "it", "italien": "it", "italian": "it",
             "nl": "nl", "neerlandais": "nl", "dutch": "nl", "pt": "pt", "portugais": "pt"}  # fmt: skip
FOREIGN = {"name": "en", "title": "en", "nombre": "es", "titulo": "es", "descripcion": "es"}  # names of columns that tell their language

_KINDS: tuple[tuple[Kind, str | None, str], ...] = (
    (Kind.EVENT, None, "manifestation|evenement|animation|event|evento"),
    (Kind.EVENT, "festival", "festival|fete|feria|carnaval|kermesse|festivite"),
    (Kind.EVENT, "concert", "concert|recital|opera|musique"),
    (Kind.EVENT, "show", "spectacle|cirque|humour|cabaret|marionnette|conte"),
    (Kind.EVENT, "dance", "danse|bal|the dansant"),
    (Kind.EVENT, "exhibition", "exposition|expo|vernissage|exhibition"),
    (Kind.EVENT, "conference", "conference|debat|rencontre|lecture|dedicace|congres|colloque"),
    (Kind.EVENT, "flea_market", "brocante|vide grenier|vide dressing|braderie|puces|flea market"),
    (Kind.EVENT, "fair", "foire|salon|fair"),
    (Kind.EVENT, "market", "marche de noel"),
    (Kind.EVENT, "heritage_days", "journees du patrimoine|journees europeennes du patrimoine"),
    (Kind.EVENT, "open_day", "portes ouvertes|porte ouverte"),
    (Kind.EVENT, "cinema", "projection|seance de cinema|cinema plein air|cine plein air"),
    (Kind.EVENT, "sport", "competition|tournoi|course a pied|course cycliste|rencontre sportive|evenement sportif|manifestation sportive"),
    (Kind.MARKET, "market", "marche|market|mercado"),
    (Kind.MARKET, "covered_market", "halle|marche couvert"),
    (Kind.SIGHT, "museum", "musee|ecomusee|museum|museo"),
    (Kind.SIGHT, "castle", "chateau|palais|forteresse|citadelle|manoir|castle|castillo"),
    (Kind.SIGHT, "cathedral", "cathedrale|basilique|cathedral"),
    (Kind.SIGHT, "abbey", "abbaye|monastere|prieure|couvent|cloitre|abbey"),
    (Kind.SIGHT, "church", "eglise|chapelle|collegiale|temple|synagogue|mosquee|patrimoine religieux|site religieux|church"),
    (Kind.SIGHT, "garden", "jardin|parc|arboretum|square|garden|park"),
    (Kind.SIGHT, "zoo", "parc animalier|parc zoologique|zoo|parc ornithologique"),
    (Kind.SIGHT, "aquarium", "aquarium"),
    (Kind.SIGHT, "cave", "grotte|gouffre"),
    (Kind.SIGHT, "viewpoint", "point de vue|panorama|belvedere|table d orientation|mirador|viewpoint"),
    (Kind.SIGHT, "beach", "plage|beach|playa"),
    (Kind.SIGHT, "archaeology", "site archeologique|archeologie"),
    (Kind.SIGHT, "natural_site", "site naturel|patrimoine naturel|espace naturel|reserve naturelle|cascade|lac|foret|gorge|etang"),
    (Kind.SIGHT, "interpretation_centre", "centre d interpretation|maison de site"),
    (Kind.SIGHT, "heritage", "monument|patrimoine|site historique|site culturel|memorial|lieu de memoire|moulin|lavoir|monumento"),
    (Kind.SIGHT, "library", "bibliotheque|mediatheque|library"),
    (Kind.SIGHT, "play_area", "aire de jeu"),
    (Kind.SIGHT, "picnic", "aire de pique nique|pique nique"),
    (Kind.SIGHT, "theatre", "theatre"),
    (Kind.SIGHT, "cinema", "cinema"),
    (Kind.SIGHT, "concert_hall", "salle de concert|salle de spectacle|auditorium"),
    (Kind.SIGHT, "exhibition", "galerie|galerie d art"),
    (Kind.SIGHT, None, "lieu de visite|visite d entreprise|site touristique|visite|sight"),
    (Kind.ACTIVITY, "theme_park", "parc de loisir|parc d attraction|parc a theme|theme park"),
    (Kind.ACTIVITY, "walk", "randonnee|balade|promenade|sentier|circuit pedestre|itineraire pedestre|pedestre|marche a pied|marche nordique|sortie nature|"
                            "walk|hike|hiking"),
    (Kind.ACTIVITY, "bike", "velo|vtt|cyclo|cyclotourisme|voie verte|circuit velo|bike|cycling"),
    (Kind.ACTIVITY, "riding", "equitation|centre equestre|equestre|cheval|poney"),
    (Kind.ACTIVITY, "golf", "golf"),
    (Kind.ACTIVITY, "mini_golf", "mini golf|minigolf"),
    (Kind.ACTIVITY, "bowling", "bowling"),
    (Kind.ACTIVITY, "pool", "piscine|centre aquatique|swimming pool"),
    (Kind.ACTIVITY, "water_sports", "canoe|kayak|rafting|canyoning|surf|voile|plongee|paddle|nautisme|sport nautique|activite nautique|base nautique|"
                                    "centre nautique"),
    (Kind.ACTIVITY, "boat", "croisiere|bateau|boat"),
    (Kind.ACTIVITY, "spa", "spa|thermes|bien etre|balneo|balneotherapie|hammam|thalasso|thalassotherapie"),
    (Kind.ACTIVITY, "guided_tour", "visite guidee|visite commentee|guided tour"),
    (Kind.ACTIVITY, "tasting", "degustation|tasting"),
    (Kind.ACTIVITY, "winery", "cave|caveau|chai|domaine viticole|viticulteur|vigneron|winery"),
    (Kind.ACTIVITY, "rental", "location de velo|location velo|location de materiel|loueur de materiel"),
    (Kind.ACTIVITY, "casino", "casino"),
    (Kind.ACTIVITY, "sport", "sport|station de ski|ski|escalade|accrobranche|parcours aventure|parapente|speleologie|stade|loisir sportif"),
    (Kind.ACTIVITY, "course", "atelier|stage|cours|initiation"),
    (Kind.ACTIVITY, "funicular", "funiculaire|telepherique"),
    (Kind.ACTIVITY, None, "activite|loisir|escape game|train touristique|petit train|activity|leisure"),
    (Kind.RESTAURANT, None, "restaurant|restauration|resto|auberge|table|restaurante"),
    (Kind.RESTAURANT, None, "creperie|pizzeria"),
    (Kind.RESTAURANT, "fast_food", "snack|fast food|restauration rapide|sandwicherie|food truck"),
    (Kind.RESTAURANT, "brasserie", "brasserie"),
    (Kind.RESTAURANT, "bistro", "bistrot|bistro"),
    (Kind.RESTAURANT, "cafe", "cafe|bar|pub|salon de the|glacier|bar a vin"),
    (Kind.RESTAURANT, "gastronomy", "gastronomique|restaurant gastronomique|gastronomie"),
    (Kind.RESTAURANT, None, "ferme auberge"),
    (Kind.SHOP, None, "boutique|commerce|magasin|commerce de detail|epicerie|librairie|shop|store|tienda"),
    (Kind.SHOP, "producers_shop", "produit locaux|produits locaux|produit du terroir|terroir|producteur|vente directe|vente a la ferme|ferme|productor"),
    (Kind.SHOP, "bakery", "boulangerie|patisserie|bakery"),
    (Kind.SHOP, "crafts", "artisan|artisanat|artisan d art|atelier d art|artisanat d art|metier d art"),
    (Kind.SERVICE, "tourist_office", "office de tourisme|information touristique|bureau d information touristique|point d information|syndicat d initiative|"
                                     "tourist office"),
    (Kind.SERVICE, "toilets", "toilette|wc|sanitaire|toilets"),
    (Kind.SERVICE, "parking", "parking|stationnement|parc de stationnement"),
    (Kind.SERVICE, "pharmacy", "pharmacie|pharmacy"),
    (Kind.SERVICE, "train", "gare|gare sncf"),
    (Kind.SERVICE, "bus", "bus|arret de bus|gare routiere|navette"),
    (Kind.SERVICE, "taxi", "taxi"),
    (Kind.SERVICE, "water", "point d eau|fontaine|eau potable"),
    (Kind.SERVICE, "laundry", "laverie"),
    (Kind.SERVICE, None, "service|transport|agence de voyage|aire de camping car|aire de service|borne de recharge|distributeur|medecin|sante"),
    (Kind.LODGING, "hotel", "hotel|hotellerie|hotel restaurant"),
    (Kind.LODGING, "camping", "camping|hotellerie de plein air"),
    (Kind.LODGING, "guesthouse", "chambre d hote|maison d hote|bed and breakfast|guesthouse"),
    (Kind.LODGING, "self_catering", "gite|meuble|meuble de tourisme|location de vacances|location saisonniere|appartement|villa|studio"),
    (Kind.LODGING, None, "hebergement|hebergement collectif|auberge de jeunesse|refuge|gite d etape|village vacances|village de vacances|residence|"
                         "residence de tourisme|lodging|accommodation|alojamiento|albergue"),
)  # fmt: skip
_HAPPENINGS = (
    "visite|visite guidee|visite commentee|guided tour|theatre|cinema|salle de concert|salle de spectacle|atelier|stage|initiation|degustation|"
    "randonnee|balade|promenade|sortie nature|walk|hike|sport|activite|loisir"
)  # places, or what happens there when a date is given


class Meaning(NamedTuple):
    """`happens`: with a date, this is an event."""

    kind: Kind
    theme: str | None
    happens: bool = False


_MEANINGS = {words: Meaning(kind, theme, words in _HAPPENINGS.split("|")) for kind, theme, group in _KINDS for words in group.split("|")}
_PHRASE = re.compile(r"\b(?:" + "|".join(sorted((w.replace(" ", "[sx]? ") for w in _MEANINGS), key=len, reverse=True)) + r")[sx]?\b")
_SINGULAR = re.compile(r"[sx]\b")
_BY_SINGULAR = {_SINGULAR.sub("", words): meaning for words, meaning in _MEANINGS.items()}


def kinds_of(text: str) -> list[Meaning]:
    """What each known word of `text` means, in the order it is written; where two begin together, the longer ("Salon de thé")."""
    return [_BY_SINGULAR[_SINGULAR.sub("", match[0])] for match in _PHRASE.finditer(letters(text))]


def is_kind(text: str) -> bool:
    """Is `text` one word of a kind and nothing else? A column « Restaurant » holds the names of restaurants."""
    return bool(_PHRASE.fullmatch(letters(text)))
