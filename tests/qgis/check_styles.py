"""Opens a GeoPackage in QGIS without a screen and holds it to what it says of itself.

usage: check_styles.py FILE.gpkg FOLDER [PROJECT.qgz]

Each layer that has a row in layer_styles must load with that style by itself: the kind of renderer,
each colour, each label; no colour by chance; every area drawn. A picture of each layer goes to
FOLDER. Exit 77 when QGIS is not there.
"""
import os
import sqlite3
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
try:
    from qgis.core import (QgsApplication, QgsLabelingEngineSettings, QgsLayoutExporter, QgsLayoutItemLabel,
                           QgsLayoutItemLegend, QgsLayoutItemMap, QgsLayoutItemScaleBar,
                           QgsMapLayerType, QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRenderContext,
                           QgsVectorLayer)
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor, QImage
    from qgis.PyQt.QtXml import QDomDocument
except ImportError:
    print("skipped: QGIS (python3-qgis) is not installed")
    sys.exit(77)


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


def stored_styles(path):
    """layer -> (name, qml) of the default style."""
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as base:
        rows = base.execute("select f_table_name, styleName, styleQML, useAsDefault, "
                            "f_table_catalog, f_table_schema from layer_styles").fetchall()
    styles = {}
    for layer, name, qml, default, catalog, schema in rows:
        if catalog != "" or schema != "":
            fail("%s: catalog and schema must be empty texts" % layer)
        if len(name) > 30:
            fail("%s: the style name %r is longer than 30" % (layer, name))
        if default:
            if layer in styles:
                fail("%s: two default styles" % layer)
            styles[layer] = (name, qml)
    return styles


def symbols(renderer):
    """What the legend of a renderer shows: labels and colours, of every layer of each symbol."""
    items = []
    for item in renderer.legendSymbolItems():
        symbol = item.symbol()
        layers = [] if symbol is None else symbol.symbolLayers()
        items.append((item.label(), [(s.layerType(), s.color().name(QColor.HexArgb),
                                      s.properties().get("style", "")) for s in layers]))
    return items


def render(layers, extent, path):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    extent.scale(1.05)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(900, 900))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if path:
        image.save(path)
    return image


def over_white(colour, opacity):
    """A colour as it is seen through the opacity of its layer, on white."""
    parts = [int(colour[i:i + 2], 16) for i in (3, 5, 7)]
    if opacity == 1:
        return "#%02x%02x%02x" % tuple(parts)
    return QColor(*[round(255 - opacity * (255 - p)) for p in parts]).name()


def near(colour, seen):
    """Is a colour among those seen, up to the rounding of two drawings over each other?"""
    r, g, b = (int(colour[i:i + 2], 16) for i in (1, 3, 5))
    return any(abs(r - int(s[1:3], 16)) + abs(g - int(s[3:5], 16)) + abs(b - int(s[5:7], 16)) < 6
               for s in seen)


def drawn(layer, everything=True):
    renderer = layer.renderer().clone()
    if everything and renderer.type() == "RuleRenderer":  # modes that wait in the layer tree
        for rule in renderer.rootRule().children():
            rule.setActive(True)
    context = QgsRenderContext()
    renderer.startRender(context, layer.fields())
    count = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        count += renderer.willRenderFeature(feature, context)
    renderer.stopRender(context)
    return count


def check_layer(path, name, style, qml, folder):
    source = "%s|layername=%s" % (path, name)
    layer = QgsVectorLayer(source, name, "ogr")
    if not layer.isValid():
        fail("%s does not load" % source)
    wanted = QgsVectorLayer(source, name, "ogr")
    document = QDomDocument()
    document.setContent(qml)
    good, message = wanted.importNamedStyle(document)
    if not good:
        fail("%s: QGIS cannot read the style %s: %s" % (name, style, message))
    kind = layer.renderer().type()
    stored = document.documentElement().firstChildElement("renderer-v2").attribute("type")
    if kind != stored:
        fail("%s: loaded as %s, stored is %s" % (name, kind, stored))
    if symbols(layer.renderer()) != symbols(wanted.renderer()):
        fail("%s: the symbols loaded are not the stored ones" % name)
    again = QgsVectorLayer(source, name, "ogr")
    if symbols(layer.renderer()) != symbols(again.renderer()):
        fail("%s: two loads give two looks: a colour by chance" % name)
    count, shapes = drawn(layer), layer.featureCount()
    if count != shapes:
        fail("%s: %d of %d features are drawn" % (name, count, shapes))
    image = render([layer], layer.extent(), os.path.join(folder, name + ".png"))
    seen = {image.pixelColor(x, y).name() for x in range(0, 900, 2) for y in range(0, 900, 2)}
    fills = [c for _, parts in symbols(layer.renderer()) for t, c, s in parts
             if t == "SimpleFill" and s == "solid" and c.startswith("#ff")]
    missing = [c for c in fills if not near(over_white(c, layer.opacity()), seen)]
    if fills and len(missing) == len(fills):
        fail("%s: none of the colours %s is on the picture" % (name, fills))
    print("%s: style %r as %s, %d features, %d classes" %
          (name, style, kind, shapes, len(symbols(layer.renderer()))))


def shown(renderer):
    """Labels of what is switched on: isochrones of further modes wait in the layer tree."""
    if renderer.type() != "RuleRenderer":
        return [label for label, _ in symbols(renderer)]
    waiting = [rule for rule in renderer.rootRule().children() if rule.active()]
    labels = []
    while waiting:
        rule = waiting.pop()
        waiting += rule.children()
        labels += [] if rule.children() else [rule.label()]
    return labels


def check_slds(path, folder):
    """There is an SLD beside each style; it loads, with a rule for each look, and leaves no area out
    that its QML draws."""
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as base:
        rows = base.execute("select f_table_name, styleName, styleQML, styleSLD from layer_styles")
        rows = rows.fetchall()
    for name, style, qml, sld in rows:
        if not sld:
            fail("%s: there is no SLD of %s" % (name, style))
        target = os.path.join(folder, "style.sld")
        with open(target, "w", encoding="utf-8") as file:
            file.write(sld)
        layer = QgsVectorLayer("%s|layername=%s" % (path, name), name, "ogr")
        message, good = layer.loadSldStyle(target)
        if not good:
            fail("%s: QGIS cannot read the SLD of %s: %s" % (name, style, message))
        labels, count, named = shown(layer.renderer()), drawn(layer, False), layer.labelsEnabled()
        document = QDomDocument()
        document.setContent(qml)
        layer.importNamedStyle(document)
        wanted = shown(layer.renderer())
        # by rules, the QML has a class for gaps also where there are none
        if set(wanted) - set(labels) - {"No data"} or set(labels) - set(wanted):
            fail("%s: the SLD of %s shows %s, its QML %s" % (name, style, labels, wanted))
        if count != drawn(layer, False):
            fail("%s: the SLD of %s draws %d areas, its QML %d" %
                 (name, style, count, drawn(layer, False)))
        if named != layer.labelsEnabled():
            fail("%s: the SLD of %s has names: %s" % (name, style, named))


def check_layouts(project, path, shown, folder):
    """One page with map, legend, scale, title and attribution; it prints, and prints colours."""
    layouts = project.layoutManager().layouts()
    if [layout.name() for layout in layouts] != ["Map"]:
        fail("%s: layouts %s" % (path, layouts))
    items = layouts[0].items()
    kinds = [type(item).__name__ for item in items]
    for kind in ("QgsLayoutItemMap", "QgsLayoutItemLegend", "QgsLayoutItemScaleBar"):
        if kinds.count(kind) != 1:
            fail("%s: the layout has %s" % (path, kinds))
    texts = [item.currentText() for item in items if isinstance(item, QgsLayoutItemLabel)]
    if project.title() and project.title() not in [t.replace("\u2060", "") for t in texts]:
        fail("%s: the title is not on the page: %s" % (path, texts))
    page = layouts[0].pageCollection().page(0).rect()
    for item in items:
        if isinstance(item, (QgsLayoutItemMap, QgsLayoutItemScaleBar, QgsLayoutItemLabel)):
            box = item.mapRectToScene(item.rect())
            if box.right() > page.width() + 0.1 or box.bottom() > page.height() + 0.1:
                fail("%s: %s leaves the page" % (path, type(item).__name__))
    legend = next(i for i in items if isinstance(i, QgsLayoutItemLegend))
    if not legend.linkedMap():
        fail("%s: the legend has no map" % path)
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 100
    target = os.path.join(folder, "layout.png")
    if QgsLayoutExporter(layouts[0]).exportToImage(target, settings) != QgsLayoutExporter.Success:
        fail("%s: the layout does not print" % path)
    image = QImage(target)
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3)
            for y in range(0, image.height(), 3)}
    if len(seen) < 5:
        fail("%s: the printed page is nearly empty" % path)


def check_project(path, folder):
    project = QgsProject.instance()
    if not project.read(path):
        fail("%s: QGIS cannot read the project" % path)
    if not project.crs().isValid():
        fail("%s: the project has no CRS" % path)
    if project.labelingEngineSettings().testFlag(QgsLabelingEngineSettings.UsePartialCandidates):
        fail("%s: names would be cut off at the frame" % path)
    order = project.layerTreeRoot().layerOrder()
    if not order:
        fail("%s: the project has no layers" % path)
    for layer in order:
        if not layer.isValid():
            fail("%s: layer %s does not load" % (path, layer.name()))
        if layer.type() == QgsMapLayerType.RasterLayer:
            if layer.renderer().type() != "singlebandpseudocolor":
                fail("%s: raster %s is drawn as %s" % (path, layer.name(), layer.renderer().type()))
            continue
        if layer.featureCount() == 0:
            fail("%s: layer %s shows nothing" % (path, layer.name()))
        if layer.renderer().type() == "singleSymbol" and layer.geometryType() == 2 and \
                layer.renderer().symbol().symbolLayer(0).properties().get("style") != "no":
            fail("%s: layer %s has no classes" % (path, layer.name()))
    themes = project.mapThemeCollection()
    for theme in themes.mapThemes():
        seen = themes.mapThemeVisibleLayers(theme)
        if not seen or not all(layer.isValid() for layer in seen):
            fail("%s: theme %s shows nothing" % (path, theme))
    shown = [layer for layer in order
             if project.layerTreeRoot().findLayer(layer.id()).isVisible()]
    check_layouts(project, path, shown, folder)
    extent = shown[-1].extent()
    order = shown
    render(order, extent, os.path.join(folder, "project.png"))
    print("project: %d layers, %s" % (len(order), project.crs().authid()))


def main():
    path, folder = sys.argv[1], sys.argv[2]
    application = QgsApplication([], False)
    application.initQgis()
    styles = stored_styles(path)
    if not styles:
        fail("%s holds no default style" % path)
    for name, (style, qml) in sorted(styles.items()):
        check_layer(path, name, style, qml, folder)
    check_slds(path, folder)
    for project in sys.argv[3:]:
        check_project(project, folder)
    sys.stdout.flush()
    os._exit(0)  # QGIS takes long to let go


if __name__ == "__main__":
    main()
