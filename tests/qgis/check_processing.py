"""Runs isogap's algorithms in QGIS without a screen: progress, warnings, cancel, styled layers.

usage: check_processing.py PLUGIN_FOLDER DATA FOLDER (ISOGAP in the environment). Exit 77 without QGIS.
"""
import json
import os
import subprocess
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
try:
    from qgis.core import (QgsApplication, QgsFeature, QgsGeometry, QgsProcessingContext,
                           QgsProcessingFeedback, QgsProcessingUtils, QgsProject, QgsRasterLayer,
                           QgsVectorLayer)
except ImportError:
    print("skipped: QGIS (python3-qgis) is not installed")
    sys.exit(77)

PLUGINS, DATA, FOLDER = sys.argv[1:4]


class Told(QgsProcessingFeedback):
    """Keeps what an algorithm tells; stops it at the first progress when asked to."""

    def __init__(self, stop=False):
        super().__init__(False)
        self.progressed, self.texts, self.warnings, self.errors, self.stop = [], [], [], [], stop

    def setProgress(self, value):
        self.progressed.append(value)
        if self.stop:
            self.cancel()

    def setProgressText(self, text):
        self.texts.append(text)

    def pushWarning(self, text):
        self.warnings.append(text)

    def reportError(self, text, fatalError=False):
        self.errors.append(text)


def check(good, text):
    if not good:
        print("FAILED:", text)
        sys.stdout.flush()
        os._exit(1)


def out(name):
    return os.path.join(FOLDER, name)


def data(name):
    return os.path.join(DATA, name)


def run(name, parameters, stop=False, project=None):
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("isogap:" + name)
    check(algorithm is not None, "isogap:%s is not there" % name)
    context, told = QgsProcessingContext(), Told(stop)
    context.setProject(project or QgsProject.instance())
    good, message = algorithm.checkParameterValues(parameters, context)
    check(good, "%s: %s" % (name, message))
    results, good = algorithm.run(parameters, context, told)
    return good, results, told, context, algorithm


def every_command_is_an_algorithm():
    usage = json.loads(subprocess.check_output([os.environ["ISOGAP"], "--json-usage"]))
    registry = QgsApplication.processingRegistry()
    for command in usage["commands"]:
        algorithm = registry.createAlgorithmById("isogap:" + command["name"])
        check(algorithm is not None, "isogap:%s is not listed" % command["name"])
        for option in command["options"]:
            name = option["name"].upper().replace("-", "_")
            parameter = algorithm.parameterDefinition(name)
            check(parameter is not None, "%s has no %s" % (command["name"], name))
            check(bool(parameter.flags() & parameter.FlagOptional) != option["required"],
                  "%s: %s required or not" % (command["name"], name))
            check(parameter.help(), "%s: %s has no help" % (command["name"], name))
        check(algorithm.shortHelpString() and algorithm.shortDescription(), command["name"])
    return len(usage["commands"])


def kinds_are_typed():
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("isogap:map")
    kinds = {name: algorithm.parameterDefinition(name).type() for name in
             ("AREAS", "TABLE", "CLASSES", "METHOD", "REVERSE", "TABLE_KEY", "AREAS_CRS", "OUTPUT",
              "PNG", "OVERWRITE", "SITES")}
    check(kinds == {"AREAS": "vector", "TABLE": "vector", "CLASSES": "number", "METHOD": "enum",
                    "REVERSE": "boolean", "TABLE_KEY": "field", "AREAS_CRS": "crs",
                    "OUTPUT": "vectorDestination", "PNG": "fileDestination",
                    "OVERWRITE": "boolean", "SITES": "vector"}, str(kinds))
    travel = QgsApplication.processingRegistry().createAlgorithmById("isogap:travel")
    check(travel.parameterDefinition("COST").type() == "raster", "COST is a raster")
    check(travel.parameterDefinition("OUTPUT").type() == "rasterDestination", "minutes are a raster")
    check({o.name() for o in travel.outputDefinitions()} == {"NEAREST", "OUTPUT", "SUMMARY"},
          "outputs of travel")


def a_second_table_has_parameters_of_its_own():
    join = QgsApplication.processingRegistry().createAlgorithmById("isogap:join")
    kinds = {name: join.parameterDefinition(name).type() for name in
             ("TABLE_2", "COLUMNS_2", "TABLE_KEY_2", "DUPLICATES_3", "DECIMAL_COMMA_2")}
    check(kinds == {"TABLE_2": "vector", "COLUMNS_2": "string", "TABLE_KEY_2": "field",
                    "DUPLICATES_3": "enum", "DECIMAL_COMMA_2": "boolean"}, str(kinds))
    check(join.parameterDefinition("TABLE_KEY_2").parentLayerParameterName() == "TABLE_2",
          "the key is of its table")
    good, results, told, _context, _keep = run("join", {
        "AREAS": data("lsoa21.geojson"), "TABLE": data("iod2025_file1.csv"),
        "COLUMNS": '"Index of Multiple Deprivation (IMD) Decile"=decile',
        "TABLE_2": data("indicators_lsoa21.csv"), "COLUMNS_2": '"Adults who smoke (%)"=smokers',
        "OUTPUT": out("two.csv")})
    check(good, told.errors)
    head = open(out("two.csv"), encoding="utf-8").readline()
    check("decile" in head and "smokers" in head, head)
    good, _results, told, _context, _keep = run("join", {
        "AREAS": data("lsoa21.geojson"), "TABLE": data("iod2025_file1.csv"),
        "COLUMNS_3": "a", "OUTPUT": out("none.csv")})
    check(not good, "options without their table")


def loaded(context, source):
    details = context.layerToLoadOnCompletionDetails(source)
    layer = QgsProcessingUtils.mapLayerFromString(source, context)
    check(layer is not None and layer.isValid(), "%s does not load" % source)
    check(details.postProcessor() is not None, "%s would load without its style" % source)
    details.postProcessor().postProcessLayer(layer, context, Told())
    return layer


def a_map_loads_styled():
    good, results, told, context, _keep = run("map", {
        "AREAS": data("lsoa21.geojson"), "TABLE": data("indicators_lsoa21.csv"),
        "COLUMNS": '"Adults who smoke (%)"=smokers', "VALUE": ["smokers"], "CLASSES": 4,
        "METHOD": "quantile", "PNG": out("map.png"), "OUTPUT": out("map.gpkg")})
    check(good, told.errors)
    check(results["OUTPUT"] == out("map.gpkg") and os.path.exists(out("map.png")), results)
    check(any("25" in w for w in told.warnings), "areas without a value are no warning: %s" %
          told.warnings)
    summary = json.loads(results["SUMMARY"])
    check(summary["areas"] == 300 and summary["maps"][0]["missing"] == 25, summary)


def results_asked_for_by_a_project_load_with_their_style():
    from qgis.core import QgsProcessingOutputLayerDefinition
    target = QgsProcessingOutputLayerDefinition(out("styled.gpkg"), QgsProject.instance())
    good, _results, told, context, _keep = run("map", {
        "AREAS": data("lsoa21.geojson"), "TABLE": data("iod2025_file1.csv"),
        "COLUMNS": '"Index of Multiple Deprivation (IMD) Decile"=decile', "VALUE": "decile",
        "METHOD": 1, "OUTPUT": target})
    check(good, told.errors)
    sources = list(context.layersToLoadOnCompletion())
    check(sources == [out("styled.gpkg")], sources)
    layer = loaded(context, sources[0])
    check(layer.renderer().type() == "graduatedSymbol", layer.renderer().type())


def steps_of_the_main_job():
    good, results, told, _c, _keep = run("cost", {
        "MODE": "walk", "EXTENT": data("lsoa21.geojson"), "CELL": 50, "ROADS": data("roads.osm"),
        "LANDCOVER": data("landcover.geojson"), "DEM": [data("terrain50")],
        "OUTPUT": out("walk.tif")})
    check(good, told.errors)
    check(QgsRasterLayer(out("walk.tif")).isValid(), "walk.tif does not load")
    cost = QgsRasterLayer(out("walk.tif"), "walk")
    QgsProject.instance().addMapLayer(cost)
    good, results, told, _c, _keep = run("travel", {
        "COST": cost.id(), "SITES": data("clinics.csv"), "NEIGHBOURS": "16", "MAX_MINUTES": 60,
        "OUTPUT": out("minutes.tif"), "NEAREST": out("nearest.tif")})
    check(good, told.errors)
    check(told.progressed and max(told.progressed) <= 100 and told.texts, "travel told no progress")
    check(results["NEAREST"] == out("nearest.tif"), results)
    areas = QgsVectorLayer(data("lsoa21.geojson"), "areas", "ogr")
    QgsProject.instance().addMapLayer(areas)
    good, results, told, _c, _keep = run("access", {
        "AREAS": areas, "POPULATION": data("population21_lsoa21_age_sex.csv"),
        "POPULATION_COLUMN": "Total", "TRAVEL": out("minutes.tif"), "THRESHOLDS": [10, 20, 30],
        "OUTPUT": out("access.gpkg")})
    check(good, told.errors)
    good, results, told, _c, _keep = run("gap", {
        "ACCESS": out("access.gpkg"), "GROUPS": data("iod2025_file1.csv"),
        "DEPRIVATION": "Index of Multiple Deprivation (IMD) Decile", "OUTPUT": out("gap.csv")})
    check(good, told.errors)
    check(any(r["grouping"] == "core20" for r in json.loads(results["SUMMARY"])["rows"]), "core20")


def a_drawn_layer_without_a_file_is_taken():
    drawn = QgsVectorLayer("Polygon?crs=EPSG:27700&field=code:string&field=v:double", "drawn",
                           "memory")
    squares = []
    for i in range(3):
        feature = QgsFeature(drawn.fields())
        feature.setAttributes(["E0190000%d" % (i + 1), float(i)])
        feature.setGeometry(QgsGeometry.fromWkt(
            "POLYGON((%d 300000,%d 300100,%d 300100,%d 300000,%d 300000))" %
            tuple(400000 + 100 * i + d for d in (0, 0, 100, 100, 0))))
        squares.append(feature)
    drawn.dataProvider().addFeatures(squares)
    QgsProject.instance().addMapLayer(drawn)
    good, results, told, _c, _keep = run("map", {"AREAS": drawn.id(), "VALUE": "v", "CLASSES": 3,
                                                 "OUTPUT": out("drawn.gpkg")})
    check(good, told.errors)
    check(json.loads(results["SUMMARY"])["areas"] == 3, results)


def a_cancelled_run_leaves_nothing():
    good, results, told, _c, _keep = run("travel", {
        "COST": out("walk.tif"), "SITES": data("clinics.csv"), "OUTPUT": out("stopped.tif")},
        stop=True)
    check(told.isCanceled(), "travel told no progress to cancel at")
    check("OUTPUT" not in results, results)
    check(not [f for f in os.listdir(FOLDER) if "stopped" in f], "a cancelled run left a file")


def errors_come_with_their_mend():
    good, _results, told, _c, _keep = run("map", {
        "AREAS": data("lsoa21.geojson"), "VALUE": "no_such_column", "OUTPUT": out("no.gpkg")})
    check(not good and any("no_such_column" in e for e in told.errors), told.errors)
    check(any("--value" in e or "did you mean" in e for e in told.errors), told.errors)
    check(not os.path.exists(out("no.gpkg")), "a failed run left a file")
    good, _results, told, _c, _keep = run("map", {
        "AREAS": data("lsoa21.geojson"), "VALUE": "BNG_N", "OUTPUT": out("map.gpkg")})
    check(not good and any("--overwrite" in e for e in told.errors), told.errors)


def a_plan_and_a_check_take_files_as_they_stand(plan):
    good, results, told, _c, _keep = run("run", {"PLAN": plan})
    check(good, told.errors)
    check(results["OUTPUT"].endswith(".gpkg"), results)
    check(told.progressed, "run told no progress")
    good, results, told, _c, _keep = run("check", {"FILE": [data("lsoa21.geojson")]})
    check(good and json.loads(results["SUMMARY"]), told.errors)


def more_options_reach_the_command():
    good, results, told, _c, _keep = run("join", {
        "AREAS": data("lsoa21.geojson"), "TABLE": data("iod2025_file1.csv"),
        "COLUMNS": '"Index of Multiple Deprivation (IMD) Decile"=decile',
        "MORE_OPTIONS": '--table "%s" --columns "#6=fuel"' % data("indicators_lsoa21.csv"),
        "OUTPUT": out("two.gpkg")})
    check(good, told.errors)
    check(len(json.loads(results["SUMMARY"])["tables"]) == 2, results)


def main():
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.insert(0, PLUGINS)
    import isogap
    plugin = isogap.classFactory(None)
    plugin.initProcessing()
    count = every_command_is_an_algorithm()
    kinds_are_typed()
    a_second_table_has_parameters_of_its_own()
    a_map_loads_styled()
    results_asked_for_by_a_project_load_with_their_style()
    steps_of_the_main_job()
    a_drawn_layer_without_a_file_is_taken()
    a_cancelled_run_leaves_nothing()
    errors_come_with_their_mend()
    a_plan_and_a_check_take_files_as_they_stand(out("plan.yaml"))
    more_options_reach_the_command()
    print("processing: %d commands, all as promised" % count)
    sys.stdout.flush()
    os._exit(0)  # QGIS takes long to let go


if __name__ == "__main__":
    main()
