"""DATAtourisme's vocabulary in our words. Source: ontology 3.2 (schema.data.gouv.fr/datatourisme/ontology), class tree and resources."""

from typing import Any

from sejour.domain.offer import Kind


def local_name(value: Any) -> str:
    """ "QualiteTourisme" of "kb:LabelRating_QualiteTourisme" or of its full address."""
    if not isinstance(value, str):
        return ""
    last = value.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
    return last.removeprefix("LabelRating_")


KINDS: tuple[tuple[str, Kind], ...] = (  # the first class found decides
    ("EntertainmentAndEvent", Kind.EVENT),
    ("TourismCableCar", Kind.ACTIVITY),
    ("Accommodation", Kind.LODGING),
    ("AccommodationProduct", Kind.LODGING),
    ("FoodEstablishment", Kind.RESTAURANT),
    ("CoveredMarket", Kind.MARKET),
    ("Store", Kind.SHOP),
    ("EquipmentRentalShop", Kind.SHOP),
    ("EquipmentRepairShop", Kind.SERVICE),
    ("PicnicArea", Kind.SIGHT),
    ("ConvenientService", Kind.SERVICE),
    ("TouristInformationCenter", Kind.SERVICE),
    ("Transport", Kind.SERVICE),
    ("MedicalPlace", Kind.SERVICE),
    ("BusinessPlace", Kind.SERVICE),
    ("Rental", Kind.ACTIVITY),
    ("SportsAndLeisurePlace", Kind.ACTIVITY),
    ("Product", Kind.ACTIVITY),
    ("Tour", Kind.ACTIVITY),
    ("ActivityProvider", Kind.ACTIVITY),
    ("TastingProvider", Kind.ACTIVITY),
    ("CulturalSite", Kind.SIGHT),
    ("NaturalHeritage", Kind.SIGHT),
    ("ServiceProvider", Kind.SERVICE),
    ("Producer", Kind.SHOP),
    ("PlaceOfInterest", Kind.SIGHT),
)

THEMES: tuple[tuple[str, str], ...] = (  # in order of telling: the first theme names the card
    # events
    ("HeritageDays", "heritage_days"), ("Market", "market"), ("BricABrac", "flea_market"), ("GarageSale", "flea_market"),
    ("FairOrShow", "fair"), ("OpenDay", "open_day"), ("Exhibition", "exhibition"), ("Festival", "festival"), ("Concert", "concert"), ("Recital", "concert"),
    ("Opera", "concert"), ("TheaterEvent", "theatre"), ("CircusEvent", "show"), ("DanceEvent", "dance"), ("Cabaret", "show"),
    ("ScreeningEvent", "cinema"), ("ChildrensEvent", "children"), ("Conference", "conference"), ("Reading", "conference"),
    ("Carnival", "festival"), ("TraditionalCelebration", "festival"), ("ReligiousEvent", "religious"), ("SportsCompetition", "sport"),
    ("SportsEvent", "sport"), ("ShowEvent", "show"), ("SaleEvent", "fair"), ("Harvest", "festival"), ("BusinessEvent", "conference"),
    # places
    ("Museum", "museum"), ("Castle", "castle"), ("FortifiedCastle", "castle"), ("Palace", "castle"), ("Citadel", "castle"),
    ("Cathedral", "cathedral"), ("Basilica", "cathedral"), ("Abbey", "abbey"), ("Monastery", "abbey"), ("Convent", "abbey"),
    ("Collegiate", "church"), ("Church", "church"), ("Chapel", "church"), ("Temple", "church"), ("Synagogue", "church"),
    ("ZooAnimalPark", "zoo"), ("VivariumAquarium", "aquarium"), ("ThemePark", "theme_park"), ("AdventurePark", "adventure"),
    ("InterpretationCentre", "interpretation_centre"), ("Library", "library"), ("CoveredMarket", "covered_market"),
    ("CaveSinkholeOrAven", "cave"), ("PointOfView", "viewpoint"), ("Beach", "beach"), ("ArcheologicalSite", "archaeology"),
    ("PicnicArea", "picnic"), ("PlayArea", "play_area"), ("ParkAndGarden", "garden"), ("NaturalPark", "natural_site"),
    ("NaturalHeritage", "natural_site"), ("Theater", "theatre"), ("OperaHouse", "concert_hall"), ("Auditorium", "concert_hall"),
    ("Cinema", "cinema"), ("Cinematheque", "cinema"), ("ConventionCentre", "venue"), ("MultiPurposeRoomOrCommunityRoom", "venue"),
    ("Casino", "casino"), ("RemembranceSite", "heritage"), ("TechnicalHeritage", "heritage"), ("DefenceSite", "heritage"),
    ("RemarkableBuilding", "heritage"), ("ReligiousSite", "church"), ("CityHeritage", "heritage"), ("CulturalSite", "heritage"),
    # activities
    ("TourismCableCar", "funicular"), ("CableCarStation", "funicular"), ("SightseeingBoat", "boat"), ("FluvialTour", "boat"), ("Visit", "guided_tour"),
    ("WineCellar", "winery"), ("Cellar", "winery"), ("Brewery", "winery"), ("TastingProvider", "tasting"), ("Tasting", "tasting"),
    ("WalkingTour", "walk"), ("EducationalTrail", "walk"), ("FitnessPath", "walk"), ("CyclingTour", "bike"), ("HorseTour", "riding"),
    ("EquestrianCenter", "riding"), ("RoadTour", "road_tour"), ("SwimmingPool", "pool"),
    ("NauticalCentre", "water_sports"), ("GolfCourse", "golf"), ("MiniGolf", "mini_golf"),
    ("BowlingAlley", "bowling"), ("BalneotherapyCentre", "spa"), ("Hammam", "spa"), ("RacingCircuit", "sport"), ("Racetrack", "sport"),
    ("Stadium", "sport"), ("SportsHall", "sport"), ("FitnessCenter", "sport"), ("Course", "course"),
    ("IntroductionCourse", "course"), ("DevelopmentCourse", "course"), ("Traineeship", "course"), ("Rental", "rental"),
    ("EquipmentRentalShop", "rental"), ("Practice", "practice"),
    # food and shops
    ("CafeOrTeahouse", "cafe"), ("FastFoodRestaurant", "fast_food"), ("IceCreamShop", "cafe"), ("StreetFood", "fast_food"), ("Bakery", "bakery"), ("BistroOrWineBar", "bistro"),
    ("BrasserieOrTavern", "brasserie"), ("GourmetRestaurant", "gastronomy"), ("FarmhouseInn", "farm_inn"), ("LocalProductsShop", "producers_shop"),
    ("CraftsmanShop", "crafts"), ("Producer", "producers_shop"), ("Farm", "producers_shop"), ("BoutiqueOrLocalShop", "shop"),
    # services
    ("PublicLavatories", "toilets"), ("WaterSource", "water"), ("Pharmacy", "pharmacy"), ("Parking", "parking"), ("BusStop", "bus"),
    ("BusStation", "bus"), ("TrainStation", "train"), ("BikeStationOrDepot", "bike_station"),
    ("TaxiStation", "taxi"), ("TaxiCompany", "taxi"), ("ATM", "atm"), ("LocalTouristOffice", "tourist_office"),
    ("IncomingTravelAgency", "travel_agency"), ("TourOperatorOrTravelAgency", "travel_agency"),
    ("TouristInformationCenter", "tourist_office"), ("WifiHotSpot", "wifi"), ("ElectricVehicleChargingPoint", "charging"),
    ("RVServiceArea", "camper_area"), ("CamperVanArea", "camper_area"), ("MedicalPlace", "health"),
    # lodging
    ("Camping", "camping"), ("Hotel", "hotel"), ("Guesthouse", "guesthouse"), ("SelfCateringAccommodation", "self_catering"),
    ("CollectiveAccommodation", "group_lodging"), ("RentalAccommodation", "self_catering"),
)  # fmt: skip

LABELS = {  # hasReviewValue, without "kb:" and "LabelRating_"
    "QualiteTourisme": "qualite_tourisme", "AccueilVelo": "accueil_velo", "VignoblesDecouvertes": "vignobles_decouvertes",
    "GitesDeFrance": "gites_de_france", "MaitreRestaurateur": "maitre_restaurateur", "OutstandingGarden": "jardin_remarquable",
    "ClefVerte": "clef_verte", "BienvenueaLaFerme": "bienvenue_a_la_ferme", "RestaurateurDeQualite": "restaurateur_de_qualite",
    "ParcNaturelRegional": "parc_naturel_regional", "TablesEtAubergesDeFrance": "tables_et_auberges",
    "OrganicFarming": "agriculture_biologique", "VilleOuPaysDartEtDhistoire": "ville_ou_pays_dart_et_dhistoire",
    "MaisonDesIllustres": "maison_des_illustres", "NaturalReserve": "reserve_naturelle", "MuseeDeFrance": "musee_de_france",
    "HistoricalMonument": "monument_historique", "MonumentHistorique": "monument_historique", "UNESCO": "unesco",
    "UnescoWorldHeritage": "unesco", "GrandSiteDeFrance": "grand_site_de_france", "PlusBeauxVillagesDeFrance": "plus_beaux_villages",
    "TourismeHandicapPictogrammeAuditif": "tourisme_handicap", "TourismeHandicapPictogrammeVisuel": "tourisme_handicap",
    "TourismeHandicapPictogrammeMoteur": "tourisme_handicap", "TourismeHandicapPictogrammeMental": "tourisme_handicap",
    "TourismeHandicap": "tourisme_handicap",
}  # fmt: skip

GROUPS = {"Children": "children", "Families": "families", "LargeFamilies": "families", "Teenagers": "teenagers", "Couples": "couples",
          "Seniors": "seniors", "Groups": "groups", "Solo": "solo"}  # fmt: skip
DAYS = {name: n for n, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))}
LANGUAGES = {"Français": "fr", "Anglais": "en", "Espagnol": "es", "Allemand": "de", "Italien": "it", "Néerlandais": "nl", "Portugais": "pt",
             "Russe": "ru", "Chinois": "zh", "Japonais": "ja", "Arabe": "ar", "Polonais": "pl"}  # fmt: skip
FULL_RATE = {"BaseRateFullRate", "BaseRate", "FullRate"}
NOT_THE_PRICE = {"ExtraCharge", "Group", "ChildRate", "ReducedRate", "StudentRate", "UnemployedRate", "DisabledRate", "Membership"}
