"""What pages say of offers, in French; gettext translates it at the edge."""

from sejour.domain.curation import NoticeSort
from sejour.domain.offer import Kind
from sejour.domain.text import N_
from sejour.domain.travel import Mode
from sejour.domain.visit import When, Wish

KINDS = {
    Kind.SIGHT: N_("À voir"), Kind.ACTIVITY: N_("Activité"), Kind.RESTAURANT: N_("Restaurant"), Kind.EVENT: N_("Manifestation"),
    Kind.MARKET: N_("Marché"), Kind.SHOP: N_("Boutique"), Kind.SERVICE: N_("Service"), Kind.LODGING: N_("Hébergement"),
}  # fmt: skip
DIRECTORIES = {
    Kind.SIGHT: N_("À voir"), Kind.ACTIVITY: N_("À faire"), Kind.RESTAURANT: N_("Où manger"), Kind.EVENT: N_("Manifestations"),
    Kind.MARKET: N_("Marchés"), Kind.SHOP: N_("Boutiques"), Kind.SERVICE: N_("Services"), Kind.LODGING: N_("Où dormir"),
}  # fmt: skip
THEMES = {
    "abbey": N_("Abbaye"), "aquarium": N_("Aquarium"), "archaeology": N_("Site archéologique"), "bakery": N_("Boulangerie"),
    "beach": N_("Plage"), "bike": N_("À vélo"), "bistro": N_("Bistrot"), "boat": N_("Promenade en bateau"), "bowling": N_("Bowling"),
    "brasserie": N_("Brasserie"), "bus": N_("Bus"), "cafe": N_("Café"), "camping": N_("Camping"), "casino": N_("Casino"),
    "castle": N_("Château"), "cathedral": N_("Cathédrale"), "cave": N_("Grotte"), "children": N_("Pour les enfants"),
    "church": N_("Église"), "cinema": N_("Cinéma"), "concert": N_("Concert"), "concert_hall": N_("Salle de concert"),
    "conference": N_("Conférence"), "course": N_("Cours et stages"), "covered_market": N_("Halles"), "crafts": N_("Artisanat"),
    "dance": N_("Danse"), "exhibition": N_("Exposition"), "fair": N_("Foire, salon"), "fast_food": N_("Sur le pouce"),
    "festival": N_("Festival"), "flea_market": N_("Brocante"), "funicular": N_("Funiculaire"), "garden": N_("Parc et jardin"),
    "gastronomy": N_("Table gastronomique"), "golf": N_("Golf"), "guesthouse": N_("Chambre d’hôtes"), "guided_tour": N_("Visite guidée"),
    "heritage": N_("Patrimoine"), "heritage_days": N_("Journées du patrimoine"), "hotel": N_("Hôtel"), "indoor_pool": N_("Piscine"),
    "interpretation_centre": N_("Centre d’interprétation"), "laundry": N_("Laverie"), "library": N_("Bibliothèque"), "market": N_("Marché"),
    "mini_golf": N_("Mini-golf"), "museum": N_("Musée"), "natural_site": N_("Site naturel"), "open_day": N_("Portes ouvertes"),
    "parking": N_("Parking"), "pharmacy": N_("Pharmacie"), "picnic": N_("Pique-nique"), "play_area": N_("Aire de jeux"), "pool": N_("Piscine"),
    "producers_shop": N_("Produits locaux"), "water_sports": N_("Sports nautiques"), "rental": N_("Location"), "riding": N_("À cheval"),
    "self_catering": N_("Location de vacances"), "show": N_("Spectacle"), "spa": N_("Bien-être"), "sport": N_("Sport"),
    "tasting": N_("Dégustation"), "taxi": N_("Taxi"), "theatre": N_("Théâtre"), "theme_park": N_("Parc de loisirs"), "toilets": N_("Toilettes"),
    "tourist_office": N_("Office de tourisme"), "train": N_("Gare"), "viewpoint": N_("Point de vue"), "walk": N_("Promenade"),
    "water": N_("Eau potable"), "winery": N_("Cave"), "zoo": N_("Parc animalier"),
}  # fmt: skip
MOMENTS = {
    When.NOW: N_("Maintenant"), When.TONIGHT: N_("Ce soir"), When.TOMORROW: N_("Demain"), When.RAIN: N_("S’il pleut"),
    When.WEEK: N_("Cette semaine"),
}  # fmt: skip
TITLES = {
    When.NOW: N_("Que faire maintenant"), When.TONIGHT: N_("Que faire ce soir"), When.TOMORROW: N_("Que faire demain"),
    When.WEEK: N_("Cette semaine"), When.RAIN: N_("Que faire s’il pleut"),
}  # fmt: skip
WISHES = {
    Wish.FREE: N_("gratuit"), Wish.DOGS: N_("chiens admis"), Wish.SHELTERED: N_("à l’abri"), Wish.OUTDOOR: N_("en plein air"),
    Wish.STROLLER: N_("avec une poussette"), Wish.WHEELCHAIR: N_("en fauteuil roulant"), Wish.CARFREE: N_("sans voiture"),
    Wish.SHORT: N_("moins d’une heure"), Wish.KIDS3: N_("avec des 3–6 ans"), Wish.KIDS7: N_("avec des 7–10 ans"),
    Wish.KIDS11: N_("avec des 11–14 ans"), Wish.FOOD: N_("gourmand"), Wish.CULTURE: N_("culture"), Wish.NATURE: N_("nature"),
}  # fmt: skip
TRAVELS = {Mode.WALK: N_("à %(minutes)s min à pied"), Mode.BIKE: N_("à %(minutes)s min à vélo"), Mode.CAR: N_("à %(minutes)s min en voiture")}
HERE = N_("sur place")
WAYS = {Mode.WALK: N_("%(minutes)s min à pied"), Mode.BIKE: N_("%(minutes)s min à vélo"), Mode.CAR: N_("%(minutes)s min en voiture")}
RULES = {
    "stars": N_("Intérêt"), "distance": N_("Proximité"), "hour": N_("Heure"), "waiting": N_("Attente"), "certainty": N_("Certitude des horaires"),
    "weather": N_("Météo"), "pick": N_("Choix de l’office"), "fairness": N_("Équité"), "variety": N_("Variété"),
}  # fmt: skip
NOTICES = {
    NoticeSort.INFO: N_("Info"), NoticeSort.ALERT: N_("Alerte"), NoticeSort.TIDE: N_("Marées"), NoticeSort.CLOSURE: N_("Fermé"),
    NoticeSort.FULL: N_("Complet"), NoticeSort.DEAL: N_("Bon plan"),
}  # fmt: skip
EMERGENCIES = (("112", N_("Urgences")), ("15", N_("Urgences médicales")), ("18", N_("Pompiers")), ("17", N_("Police")))
LABELS = {
    "unesco": "UNESCO", "grand_site_de_france": "Grand Site de France", "musee_de_france": "Musée de France",
    "monument_historique": "Monument historique", "jardin_remarquable": "Jardin remarquable", "qualite_tourisme": "Qualité Tourisme",
    "ville_ou_pays_dart_et_dhistoire": "Ville ou Pays d’art et d’histoire", "maison_des_illustres": "Maison des Illustres",
    "maitre_restaurateur": "Maître restaurateur", "reserve_naturelle": "Réserve naturelle", "parc_naturel_regional": "Parc naturel régional",
    "plus_beaux_villages": "Plus Beaux Villages de France", "vignobles_decouvertes": "Vignobles & Découvertes",
    "bienvenue_a_la_ferme": "Bienvenue à la ferme", "accueil_velo": "Accueil Vélo", "tourisme_handicap": "Tourisme & Handicap",
    "gites_de_france": "Gîtes de France", "clef_verte": "Clef Verte", "tables_et_auberges": "Tables & Auberges de France",
}  # fmt: skip
