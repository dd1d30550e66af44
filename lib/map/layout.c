// The print layout of a project: an A4 page with title, map, legend, scale, north and attribution,
// as QGIS keeps it in a project file. What QGIS sets by itself is left to it.
#include "map_internal.h"

#include <math.h>

/// Kinds of items of a layout, as QGIS numbers them.
enum { PAGE = 65638, MAP, LABEL = 65641, LEGEND, SCALE = 65646 };

typedef struct item {
    int kind, number;
    double x, y, width, height; ///< millimetres
} item;

static const char map_id[] = "{00000000-0000-4000-8000-0000000000f1}";

/// The opening tag as far as all items share it; the caller adds what is its own and the ">".
static void begin_item(ig_text *text, const item *i)
{
    ig_text_format(text,
                   "      <LayoutItem type=\"%d\" uuid=\"{00000000-0000-4000-8000-0000000000f%d}\" "
                   "templateUuid=\"{00000000-0000-4000-8000-0000000000f%d}\" id=\"\" zValue=\"%d\" "
                   "position=\"%g,%g,mm\" positionOnPage=\"%g,%g,mm\" size=\"%g,%g,mm\" "
                   "referencePoint=\"0\" visibility=\"1\" opacity=\"1\" frame=\"false\"",
                   i->kind, i->number, i->number, i->number, i->x, i->y, i->x, i->y, i->width,
                   i->height);
}

/// "[% ... %]" is an expression to QGIS; a name that holds such a sign shows it and does nothing.
static void append_shown(ig_text *text, const char *raw)
{
    ig_text safe = {0};
    ig_text_append(&safe, "");
    for (; *raw; raw++) {
        ig_text_append_bytes(&safe, raw, 1);
        if (raw[0] == '[' && raw[1] == '%') ig_text_append(&safe, "\xe2\x81\xa0"); // word joiner
    }
    text->failed |= safe.failed;
    append_xml(text, safe.failed ? "" : safe.data);
    ig_text_free(&safe);
}

static void label(ig_text *text, const item *i, const char *words, int size, int weight)
{
    begin_item(text, i);
    ig_text_append(text, " background=\"false\" htmlState=\"0\" marginX=\"0\" marginY=\"0\" "
                         "halign=\"1\" valign=\"32\" labelText=\"");
    append_shown(text, words);
    ig_text_format(text,
                   "\">\n        <LabelFont description=\"DejaVu Sans,%d,-1,5,%d,0,0,0,0,0\" "
                   "style=\"\"/>\n        <FontColor red=\"34\" green=\"34\" blue=\"34\"/>\n"
                   "      </LayoutItem>\n",
                   size, weight);
}

/// The box grown about its middle to the shape of the item, with a margin.
static void fitted(const double box[4], double width, double height, double out[4])
{
    const double x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
    const double scale = 1.04 * fmax((box[2] - box[0]) / width, (box[3] - box[1]) / height);
    const double metres = scale > 0.0 ? scale : 1.0;
    out[0] = x - metres * width / 2;
    out[1] = y - metres * height / 2;
    out[2] = x + metres * width / 2;
    out[3] = y + metres * height / 2;
}

static void map_item(ig_text *text, const item *i, const double box[4])
{
    static const char *const names[4] = {"xmin", "ymin", "xmax", "ymax"};
    char digits[32];
    begin_item(text, i);
    ig_text_append(text, " background=\"true\" keepLayerSet=\"false\" mapRotation=\"0\" "
                         "drawCanvasItems=\"true\" followPreset=\"false\">\n        <Extent");
    for (size_t k = 0; k < 4; k++)
        ig_text_format(text, " %s=\"%s\"", names[k], ig_number_text(box[k], digits, sizeof digits));
    ig_text_append(text, "/>\n      </LayoutItem>\n");
}

static void legend_style(ig_text *text, const char *name, int size, int weight)
{
    ig_text_format(
        text,
        "          <style name=\"%s\" alignment=\"1\" marginTop=\"2\" marginBottom=\"1\" "
        "marginLeft=\"2\"><styleFont description=\"DejaVu "
        "Sans,%d,-1,5,%d,0,0,0,0,0\" style=\"\"/></style>\n",
        name, size, weight);
}

static void legend(ig_text *text, const item *i)
{
    begin_item(text, i);
    ig_text_format(text,
                   " background=\"true\" map_uuid=\"%s\" title=\"\" resizeToContents=\"1\" "
                   "legendFilterByAtlas=\"0\" legendFilterByMap=\"1\" symbolWidth=\"7\" "
                   "symbolHeight=\"4\" columnCount=\"1\" "
                   "boxSpace=\"0\" lineSpacing=\"1\" wrapChar=\"\" fontColor=\"#222222\">\n"
                   "        <styles>\n",
                   map_id);
    legend_style(text, "title", 11, 75);
    legend_style(text, "group", 8, 75);
    legend_style(text, "subgroup", 8, 75);
    legend_style(text, "symbol", 8, 50);
    legend_style(text, "symbolLabel", 8, 50);
    ig_text_append(text, "        </styles>\n      </LayoutItem>\n");
}

/// Half of a bar of about 40 millimetres: 1, 2 or 5 times a power of ten.
static double scale_step(double metres_a_millimetre)
{
    const double most = 20.0 * metres_a_millimetre;
    const double power = pow(10.0, floor(log10(most)));
    return most >= 5 * power ? 5 * power : most >= 2 * power ? 2 * power : power;
}

static void scale_bar(ig_text *text, const item *i, double metres_a_millimetre)
{
    const double step = scale_step(metres_a_millimetre);
    const bool kilometres = step >= 500.0;
    char digits[32];
    begin_item(text, i);
    ig_text_format(text,
                   " background=\"false\" style=\"Single Box\" mapUuid=\"%s\" unitType=\"%s\" "
                   "unitLabel=\"%s\" numUnitsPerSegment=\"%s\" numMapUnitsPerScaleBarUnit=\"1\" "
                   "numSegments=\"2\" numSegmentsLeft=\"0\" segmentSizeMode=\"0\" height=\"2\" "
                   "labelBarSpace=\"1.5\" boxContentSpace=\"1\" outlineWidth=\"0.2\" "
                   "alignment=\"0\" labelVerticalPlacement=\"0\" labelHorizontalPlacement=\"0\">\n"
                   "        <text-style fontFamily=\"DejaVu Sans\" fontSize=\"8\" "
                   "fontSizeUnit=\"Point\" fontWeight=\"50\" namedStyle=\"Book\" "
                   "textColor=\"34,34,34,255\"/>\n"
                   "        <numericFormat id=\"basic\"/>\n"
                   "        <fillColor red=\"34\" green=\"34\" blue=\"34\" alpha=\"255\"/>\n"
                   "        <fillColor2 red=\"255\" green=\"255\" blue=\"255\" alpha=\"255\"/>\n"
                   "      </LayoutItem>\n",
                   map_id, kilometres ? "km" : "meters", kilometres ? "km" : "m",
                   ig_number_text(kilometres ? step / 1000.0 : step, digits, sizeof digits));
}

void append_layout(ig_text *text, const char *title, const char *attribution, const double box[4])
{
    const item page = {PAGE, 0, 0, 0, 297, 210}, map = {MAP, 1, 10, 22, 190, 172};
    double shown[4];
    fitted(box, map.width, map.height, shown);
    ig_text_append(text, "  <Layouts>\n    <Layout name=\"Map\" units=\"mm\" "
                         "printResolution=\"300\" worldFileMap=\"\">\n      <PageCollection>\n");
    begin_item(text, &page);
    ig_text_append(text, " background=\"true\"/>\n        <GuideCollection visible=\"0\"/>\n"
                         "      </PageCollection>\n");
    map_item(text, &map, shown);
    label(text, &(item){LABEL, 2, 10, 8, 277, 11}, title, 16, 75);
    legend(text, &(item){LEGEND, 3, 204, 22, 85, 100});
    scale_bar(text, &(item){SCALE, 4, 204, 180, 55, 12}, (shown[2] - shown[0]) / map.width);
    label(text, &(item){LABEL, 5, 278, 178, 10, 14}, "\xe2\x96\xb2\nN", 10, 75);
    label(text, &(item){LABEL, 6, 10, 197, 277, 9}, attribution ? attribution : "", 7, 50);
    ig_text_append(text, "    </Layout>\n  </Layouts>\n");
}
