"""One algorithm a command, one parameter an option, all of it from `isogap --json-usage`.

Nothing here knows a method or a command by name: what the program says of itself becomes parameters,
their values become its arguments, and what it tells while it runs goes to QGIS.
"""
import functools
import html
import json
import os
import queue
import re
import shlex
import shutil
import sqlite3
import subprocess
import tempfile
import threading

from qgis.core import (Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsDataProvider,
                       QgsMapLayer, QgsMessageLog, QgsProcessing, QgsProcessingAlgorithm,
                       QgsProcessingContext, QgsProcessingException,
                       QgsProcessingLayerPostProcessorInterface, QgsProcessingOutputFile,
                       QgsProcessingOutputString, QgsProcessingParameterBoolean, QgsProcessingParameterCrs,
                       QgsProcessingParameterDefinition, QgsProcessingParameterEnum,
                       QgsProcessingParameterField, QgsProcessingParameterFile,
                       QgsProcessingParameterFileDestination,
                       QgsProcessingParameterFolderDestination, QgsProcessingParameterMapLayer,
                       QgsProcessingParameterMultipleLayers, QgsProcessingParameterNumber,
                       QgsProcessingParameterRasterDestination,
                       QgsProcessingParameterRasterLayer, QgsProcessingParameterString,
                       QgsProcessingParameterVectorDestination,
                       QgsProcessingParameterVectorLayer, QgsProcessingProvider,
                       QgsProcessingUtils, QgsProject, QgsProperty, QgsProviderRegistry,
                       QgsVectorFileWriter, QgsVectorLayer)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtGui import QIcon

HERE = os.path.dirname(__file__)
MORE = "MORE_OPTIONS"
SUMMARY = "SUMMARY"
# How many times the options of each table may be given by parameters of their own; more of them go
# into MORE_OPTIONS.
TIMES = 3
ORDINALS = {2: "second", 3: "third"}
# Options that this plugin gives itself, or that have no sense without a terminal.
OURS = {"json", "quiet", "progress", "log-format", "json-usage", "help", "version"}


def named(owner, *names):
    """A constant by the first of its names that this QGIS knows. Python under Qt 6 (QGIS 4) knows
    them by the name of their type; QGIS 3.36 moved those of Processing into Qgis."""
    for name in names:
        try:
            return functools.reduce(getattr, name.split("."), owner)
        except AttributeError:
            pass
    raise ImportError("QGIS %s has none of %s" % (Qgis.QGIS_VERSION, ", ".join(names)))


POLYGONS, VECTOR, RASTER, MAP_LAYER, ANY_FILE = (
    named(Qgis, "ProcessingSourceType." + name) if hasattr(Qgis, "ProcessingSourceType") else
    named(QgsProcessing, "SourceType.Type" + name, "Type" + name)
    for name in ("VectorPolygon", "Vector", "Raster", "MapLayer", "File"))
ADVANCED = named(QgsProcessingParameterDefinition, "Flag.FlagAdvanced", "FlagAdvanced")
ONE_FILE = named(QgsProcessingParameterFile, "Behavior.File", "File")
WHOLE = named(QgsProcessingParameterNumber, "Type.Integer", "Integer")
REAL = named(QgsProcessingParameterNumber, "Type.Double", "Double")
ANY_COLUMN = named(QgsProcessingParameterField, "DataType.Any", "Any")
WRITTEN = named(QgsVectorFileWriter, "WriterError.NoError", "NoError")
WARNING = named(Qgis, "MessageLevel.Warning", "Warning")


def program():
    """The command to run: that of the environment variable ISOGAP, else isogap on the path."""
    return os.environ.get("ISOGAP") or shutil.which("isogap") or "isogap"


def hidden_window():
    """On Windows, no black window for each run."""
    flag = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    return {"creationflags": flag} if flag else {}


def parameter_name(option):
    return re.sub(r"[^A-Za-z0-9]+", "_", option).strip("_").upper()


def again(option, time):
    """The name of an option's parameter the first, second ... time that it is given."""
    name = parameter_name(option["name"])
    return name if time == 1 else "%s_%d" % (name, time)


def repeated(options):
    """Options that are given once for each of several tables, with the second and third time."""
    return [(option, time) for time in range(2, TIMES + 1) for option in options
            if option.get("of_each") and option["type"] != "output"]


def sentence(text):
    return text[:1].upper() + text[1:]


# ---- parameters ----------------------------------------------------------------------------------


def lenient(kind):
    """The parameter of that kind, which takes any text as well: a file that QGIS itself cannot
    open (a zip, a list without header) may be one that isogap reads."""

    class Lenient(kind):
        def checkValueIsAcceptable(self, value, context=None):
            if isinstance(value, str) and value:
                return True
            if isinstance(value, (list, tuple)) and value:
                return True
            return super().checkValueIsAcceptable(value, context)

    return Lenient


VectorLayer = lenient(QgsProcessingParameterVectorLayer)
RasterLayer = lenient(QgsProcessingParameterRasterLayer)
MapLayer = lenient(QgsProcessingParameterMapLayer)
MultipleLayers = lenient(QgsProcessingParameterMultipleLayers)
Text = lenient(QgsProcessingParameterString)


class Choice(QgsProcessingParameterEnum):
    """One of some words; its number will do as well."""

    def checkValueIsAcceptable(self, value, context=None):
        words = self.options()
        if isinstance(value, str):
            return value in words or (value.isdigit() and int(value) < len(words))
        if isinstance(value, int) and not isinstance(value, bool):
            return 0 <= value < len(words)
        return super().checkValueIsAcceptable(value, context)


def input_parameter(option, name, label, optional):
    holds = option.get("holds", "file")
    if holds == "areas":
        return VectorLayer(name, label, [POLYGONS], None, optional)
    if holds in ("places", "table"):
        return VectorLayer(name, label, [VECTOR], None, optional)
    if holds == "people":
        return MapLayer(name, label, None, optional)
    if holds == "raster" and option["type"] == "inputs":
        return MultipleLayers(name, label, RASTER, None, optional)
    if holds == "raster":
        return RasterLayer(name, label, None, optional)
    if option["type"] == "inputs":
        return MultipleLayers(name, label, MAP_LAYER, None, optional)
    if holds != "file":
        return MapLayer(name, label, None, optional)
    return QgsProcessingParameterFile(name, label, ONE_FILE, "", None, optional)


def output_parameter(option, name, label, optional):
    formats = option.get("formats") or []
    # What a result is for is made unless switched off; the other files only when asked for.
    wanted = option["name"] == "output"
    if "tif" in formats:
        return QgsProcessingParameterRasterDestination(name, label, None, optional, wanted)
    if "gpkg" in formats:
        shapes = "csv" not in formats or "shp" in formats
        kind = POLYGONS if shapes else VECTOR
        return QgsProcessingParameterVectorDestination(name, label, kind, None, optional, wanted)
    if re.search(r"\bfolder\b", option["help"]):
        return QgsProcessingParameterFolderDestination(name, label, None, optional, wanted)
    filters = ";;".join("%s (*.%s)" % (f.upper(), f) for f in formats) or "*.*"
    return QgsProcessingParameterFileDestination(name, label, filters, None, optional, wanted)


def number_parameter(option, name, label, optional):
    whole = option["type"] == "count"
    kind = WHOLE if whole else REAL
    parameter = QgsProcessingParameterNumber(name, label, kind, None, optional)
    if "min" in option and option["min"] is not None:
        parameter.setMinimum(option["min"])
    if "max" in option and option["max"] is not None:
        parameter.setMaximum(option["max"])
    return parameter


def parent_of(option, options):
    """The file whose column an option names: by prefix (areas-key), else the group's own, else the
    only table."""
    files = [o["name"] for o in options if o["type"] in ("input", "inputs") and
             o.get("holds") in ("areas", "places", "table", "people", "lines")]
    prefixed = [f for f in files if option["name"].startswith(f + "-")]
    if prefixed:
        return parameter_name(max(prefixed, key=len))
    if option.get("of_each") in files:
        return parameter_name(option["of_each"])
    return parameter_name("table") if files == ["table"] else None


def make_parameter(option, options, time=1):
    name, label = again(option, time), sentence(option["name"].replace("-", " "))
    optional, kind = time > 1 or not option["required"], option["type"]
    parent = parent_of(option, options) if kind == "column" else None
    if time > 1:
        label += " (%s %s)" % (ORDINALS[time], option["of_each"])
        parent = "%s_%d" % (parameter_name(option["of_each"]), time) if parent else None
    if kind in ("input", "inputs"):
        parameter = input_parameter(option, name, label, optional)
    elif kind == "output":
        parameter = output_parameter(option, name, label, optional)
    elif kind == "flag":
        parameter = QgsProcessingParameterBoolean(name, label, False, True)
    elif kind in ("number", "count"):
        parameter = number_parameter(option, name, label, optional)
    elif kind == "choice":
        parameter = Choice(name, label, option["choices"], False, None, optional, True)
    elif kind == "text" and re.search(r"(^|-)crs$", option["name"]):
        parameter = QgsProcessingParameterCrs(name, label, None, optional)
    elif parent:
        parameter = QgsProcessingParameterField(name, label, None, parent, ANY_COLUMN, False,
                                                optional)
    else:
        parameter = Text(name, label, None, False, optional)
    text = sentence(option["help"])
    if option.get("default") not in (None, ""):
        text += " (default: %s)" % option["default"]
    parameter.setHelp(text)
    return parameter


# ---- values to arguments -------------------------------------------------------------------------


def is_unset(value):
    if value is None or value == "" or value == []:
        return True
    return isinstance(value, QVariant) and value.isNull()


def layer_file(layer):
    """The file behind a layer as isogap takes it; None when there is none, or when the layer shows
    only a part of it."""
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path = parts.get("path") or ""
    if not os.path.exists(path) or getattr(layer, "subsetString", str)():
        return None
    if layer.providerType() == "ogr":
        names = layer.dataProvider().subLayers() if parts.get("layerId") is not None else []
        chosen = parts.get("layerName")
        if not chosen and names:
            chosen = names[0].split(layer.dataProvider().sublayerSeparator())[1]
        return "%s|layername=%s" % (path, chosen) if chosen else path
    return path if layer.providerType() in ("gdal", "delimitedtext") else None


def saved_copy(layer, context):
    """A layer without a file of its own (drawn, filtered, from a database), written to one."""
    if not isinstance(layer, QgsVectorLayer):
        raise QgsProcessingException("%s has no file that isogap can read; save it first" %
                                     layer.name())
    path = QgsProcessingUtils.generateTempFilename("layer.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = "layer"
    result = QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, context.transformContext(),
                                                       options)
    if result[0] != WRITTEN:
        raise QgsProcessingException("%s: %s" % (layer.name(), result[1]))
    return path


def as_text(value, context):
    if isinstance(value, QgsProperty):
        value = value.valueAsString(context.expressionContext())[0]
    if isinstance(value, str):
        # A path stays as it is written; anything else may be the name of a layer of the project.
        known = None if os.path.exists(value) else context.project() and \
            QgsProcessingUtils.mapLayerFromString(value, context, False)
        value = known or value
    if isinstance(value, QgsMapLayer):
        return layer_file(value) or saved_copy(value, context)
    if isinstance(value, QgsCoordinateReferenceSystem):
        return value.authid()
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def quoted(text):
    return '"%s"' % text.replace('"', '""') if re.search(r'[,="]', text) else text


def option_arguments(option, value, context):
    flag = "--" + option["name"]
    if option["type"] == "flag":
        return [flag] if value in (True, 1, "true", "True", "1") else []
    if option["type"] == "choice":
        words = option["choices"]
        at = str(value)
        return ["%s=%s" % (flag, words[int(at)] if at not in words and at.isdigit() else at)]
    if option["type"] == "count":
        return ["%s=%d" % (flag, int(value))]
    if isinstance(value, (list, tuple)):
        values = [as_text(v, context) for v in value if not is_unset(v)]
        if option["type"] == "inputs":
            return ["%s=%s" % (flag, v) for v in values]
        return ["%s=%s" % (flag, ",".join(quoted(v) for v in values))] if values else []
    if option["type"] == "column" and isinstance(value, str):
        return ["%s=%s" % (flag, value)]
    if option["type"] in ("input", "inputs"):
        return ["%s=%s" % (flag, as_text(value, context))]
    return ["%s=%s" % (flag, value if isinstance(value, str) else as_text(value, context))]


# ---- loading -------------------------------------------------------------------------------------


class DefaultStyle(QgsProcessingLayerPostProcessorInterface):
    """QGIS loads a result without its style unless told."""

    # QGIS owns the object and deletes it, but lets the part in Python go too early.
    kept = []

    @classmethod
    def new(cls):
        cls.kept = [style for style in cls.kept if not sip.isdeleted(style)] + [cls()]
        return cls.kept[-1]

    def postProcessLayer(self, layer, _context, _feedback):
        source = layer.source()
        if source.endswith(".gpkg"):
            tables = feature_tables(source)  # only a layer by name finds its style
            if tables:
                layer.setDataSource("%s|layername=%s" % (source, tables[0]), layer.name(), "ogr",
                                    QgsDataProvider.ProviderOptions(), False)
        layer.loadDefaultStyle()
        layer.triggerRepaint()


def feature_tables(path):
    """Layers with shapes of a GeoPackage."""
    try:
        base = sqlite3.connect("file:%s?mode=ro" % path.replace("?", "%3f").replace("#", "%23"),
                               uri=True)
        try:
            return [row[0] for row in base.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY rowid")]
        finally:
            base.close()
    except sqlite3.Error:
        return []


# ---- the algorithm -------------------------------------------------------------------------------


class Algorithm(QgsProcessingAlgorithm):
    def __init__(self, usage, common):
        super().__init__()
        self.usage = usage
        self.common = [o for o in common if o["name"] not in OURS]
        self.arguments, self.results = [], {}

    def createInstance(self):
        return Algorithm(self.usage, self.common)

    def name(self):
        return self.usage["name"]

    def displayName(self):
        return sentence(self.usage["name"])

    def shortDescription(self):
        return self.usage["summary"]

    def icon(self):
        return QIcon(os.path.join(HERE, "icon.svg"))

    def tags(self):
        return re.findall(r"[a-z]{4,}", self.usage["summary"].lower())

    def shortHelpString(self):
        parts = ["<p>%s.</p>" % html.escape(self.usage["summary"])]
        parts += ["<p>%s</p>" % html.escape(p) for p in self.usage["about"].split("\n\n") if p]
        rows = ["<b>%s</b> %s" % (html.escape(sentence(o["name"].replace("-", " "))),
                                  html.escape(o["help"])) for o in self.usage["options"]]
        parts.append("<p>%s</p>" % "<br>".join(rows))
        parts.append("<p>On the command line:<br><tt>%s</tt></p>" %
                     html.escape(self.usage["example"]).replace("\n", "<br>"))
        return "".join(parts)

    def positional(self):
        """PLAN, FILE ...: the name of what stands on the command line without an option. Words that
        go on an option of the same name need none: its text takes them all."""
        bare = parameter_name(self.usage["positional"] or "")
        named = [parameter_name(option["name"]) for option in self.usage["options"]]
        return bare if bare and bare not in named else None

    def initAlgorithm(self, _configuration=None):
        options = self.usage["options"]
        bare = self.positional()
        if bare and "..." in self.usage["positional"]:
            self.addParameter(MultipleLayers(bare, sentence(bare.lower()), ANY_FILE, None,
                                             self.usage["positional"].startswith("[")))
        elif bare:
            self.addParameter(QgsProcessingParameterFile(bare, sentence(bare.lower())))
        later = []
        for option in options:
            parameter = make_parameter(option, options)
            if parameter.isDestination():
                later.append(parameter)
                continue
            if not option["required"] and not self.is_plain(option):
                parameter.setFlags(parameter.flags() | ADVANCED)
            self.addParameter(parameter)
        for option, time in repeated(options):
            parameter = make_parameter(option, options, time)
            parameter.setFlags(parameter.flags() | ADVANCED)
            self.addParameter(parameter)
        for option in self.common:
            parameter = make_parameter(option, [])
            parameter.setFlags(parameter.flags() | ADVANCED)
            self.addParameter(parameter)
        more = Text(MORE, "More options, as on the command line", None, True, True)
        more.setHelp("Such as a fourth --table with the options that belong to it")
        more.setFlags(more.flags() | ADVANCED)
        self.addParameter(more)
        for parameter in later:
            self.addParameter(parameter)
        if not any(p.name() == "OUTPUT" for p in later):
            self.addOutput(QgsProcessingOutputFile("OUTPUT", "Output"))
        self.addOutput(QgsProcessingOutputString(SUMMARY, "Summary of the run (JSON)"))

    @staticmethod
    def is_plain(option):
        """Shown at once: files, and the options of the command itself."""
        return option["type"] in ("input", "inputs") or not re.search(
            r"-(crs|key|name|encoding|sheet|header|band|nodata|max-\w+)$|^(encoding|decimal-comma|"
            r"duplicates|max-\w+|header.*|sensitive|dissolve|min-match)$", option["name"])

    # In the main thread: layers may be asked.
    def prepareAlgorithm(self, parameters, context, feedback):
        groups, self.arguments, self.results = {}, [], {}
        for option in self.usage["options"] + self.common:
            words = self.words(option, parameters, context)
            each = option.get("of_each")
            if each:
                groups.setdefault(each, []).extend(words)
            else:
                self.arguments += words
        for option, time in repeated(self.usage["options"]):
            words = self.words(option, parameters, context, time)
            groups.setdefault((time, option["of_each"]), []).extend(words)
        for key, words in groups.items():
            if words and isinstance(key, tuple) and is_unset(parameters.get("%s_%d" % (
                    parameter_name(key[1]), key[0]))):
                raise QgsProcessingException("options of the %s %s are given without it" % (
                    ORDINALS[key[0]], key[1]))
            self.arguments += words
        if not is_unset(parameters.get(MORE)):
            try:
                self.arguments += shlex.split(str(parameters[MORE]))
            except ValueError as error:
                raise QgsProcessingException("%s: %s" % (MORE, error)) from error
        bare = self.positional()
        if bare and not is_unset(parameters.get(bare)):
            value = parameters[bare]
            values = value if isinstance(value, (list, tuple)) else [value]
            self.arguments += ["--"] + [as_text(v, context) for v in values]
        return True

    def words(self, option, parameters, context, time=1):
        name = again(option, time)
        definition = self.parameterDefinition(name)
        if not definition.isDestination():
            value = parameters.get(name)
            return [] if is_unset(value) else option_arguments(option, value, context)
        if is_unset(parameters.get(name)):
            return []
        if isinstance(definition, (QgsProcessingParameterVectorDestination,
                                   QgsProcessingParameterRasterDestination)):
            path = self.parameterAsOutputLayer(parameters, name, context)
        else:
            path = self.parameterAsFileOutput(parameters, name, context)
        if not path:
            return []
        self.results[name] = path
        return ["--%s=%s" % (option["name"], path)]

    def processAlgorithm(self, parameters, context, feedback):
        command = [program(), self.usage["name"], "--json", "--progress=json", "--log-format=json"]
        command += self.arguments
        feedback.pushCommandInfo(" ".join(shlex.quote(word) for word in command))
        code, document = run(command, feedback)
        if feedback.isCanceled():
            return {}
        if document is None:
            raise QgsProcessingException("isogap %s ended with code %d" %
                                         (self.usage["name"], code))
        for problem in document.get("problems", []):
            text = problem.get("message", "")
            if problem.get("hint"):
                text += " (%s)" % problem["hint"]
            (feedback.reportError if problem.get("severity") == "error" else
             feedback.pushWarning)(text)
        results = dict(self.results)
        outputs = [p for p in document.get("outputs", []) if isinstance(p, str)]
        if "OUTPUT" not in results and self.parameterDefinition("OUTPUT") is None and outputs:
            results["OUTPUT"] = next((p for p in outputs if p.endswith(".gpkg")), outputs[0])
        self.load_styled(results, context)
        results[SUMMARY] = json.dumps(document, ensure_ascii=False)
        return results

    def load_styled(self, results, context):
        """What is loaded on completion gets its own style; further layers of the result come too."""
        waiting = context.layersToLoadOnCompletion()
        path = results.get("OUTPUT")
        tables = feature_tables(path) if path and path.endswith(".gpkg") else []
        if path in waiting or self.parameterDefinition("OUTPUT") is None:
            for table in tables[1:] if path in waiting else tables:
                details = QgsProcessingContext.LayerDetails(table, QgsProject.instance(), "OUTPUT")
                context.addLayerToLoadOnCompletion("%s|layername=%s" % (path, table), details)
        for source in context.layersToLoadOnCompletion():
            context.layerToLoadOnCompletionDetails(source).setPostProcessor(DefaultStyle.new())


def tell(line, feedback):
    """One line of the program's standard error."""
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        feedback.pushConsoleInfo(line)
    elif "progress" in told:
        feedback.setProgress(100.0 * float(told["progress"]))
        feedback.setProgressText(sentence(str(told.get("what", ""))))
    else:
        text = str(told.get("message", line))
        if told.get("hint"):
            text += "\n    " + str(told["hint"]).replace("\n", "\n    ")
        if told.get("level") == "error":
            feedback.reportError(text)
        elif told.get("level") == "warning":
            feedback.pushWarning(text)
        else:
            feedback.pushInfo(text)


def run(command, feedback):
    """Exit code and the JSON document of a run (None without one). Ends it when cancelled."""
    with tempfile.TemporaryFile() as answer:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=answer,
                                       stderr=subprocess.PIPE, **hidden_window())
        except OSError as error:
            raise QgsProcessingException("%s cannot be run (%s): install isogap, or name it with "
                                         "the environment variable ISOGAP" %
                                         (command[0], error.strerror)) from error
        lines = queue.Queue()

        def listen():
            for line in process.stderr:
                lines.put(line.decode("utf-8", "replace").rstrip("\r\n"))
            lines.put(None)

        threading.Thread(target=listen, daemon=True).start()
        asked = False
        while True:
            try:
                line = lines.get(timeout=0.1)
            except queue.Empty:
                line = ""
            if line is None:
                break
            if line:
                tell(line, feedback)
            if feedback.isCanceled() and not asked:
                process.terminate()  # it stops at the next safe place and leaves nothing behind
                asked = True
        process.stderr.close()
        code = process.wait()
        answer.seek(0)
        text = answer.read().decode("utf-8", "replace").strip()
    try:
        document = json.loads(text) if text else None
    except ValueError:
        document = None
    return code, document if isinstance(document, dict) else None


# ---- provider and plugin -------------------------------------------------------------------------


def read_usage():
    result = subprocess.run([program(), "--json-usage"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                            check=True, **hidden_window())
    return json.loads(result.stdout.decode("utf-8"))


class Provider(QgsProcessingProvider):
    def id(self):
        return "isogap"

    def name(self):
        return "isogap"

    def longName(self):
        return "isogap: travel time, the access gap and inequality"

    def icon(self):
        return QIcon(os.path.join(HERE, "icon.svg"))

    def svgIconPath(self):
        return os.path.join(HERE, "icon.svg")

    def supportsNonFileBasedOutput(self):
        return False

    def supportedOutputVectorLayerExtensions(self):
        return ["gpkg", "csv", "xlsx", "geojson", "json", "shp"]

    def supportedOutputRasterLayerExtensions(self):
        return ["tif"]

    def defaultVectorFileExtension(self, hasGeometry=True):
        return "gpkg" if hasGeometry else "csv"

    def defaultRasterFileExtension(self):
        return "tif"

    def loadAlgorithms(self):
        try:
            usage = read_usage()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            QgsMessageLog.logMessage(
                "%s cannot be asked for its commands (%s): install isogap, or name it with the "
                "environment variable ISOGAP" % (program(), error), "isogap", WARNING)
            return
        for command in usage["commands"]:
            self.addAlgorithm(Algorithm(command, usage["options"]))


class Plugin:
    def __init__(self):
        self.provider = None

    def initProcessing(self):
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        self.initProcessing()

    def unload(self):
        if self.provider:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
