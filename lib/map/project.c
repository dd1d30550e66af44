// A QGIS project: a zip (.qgz) of one XML file that names the GeoPackage and carries the styles.
#include "map_internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

/// Absolute, with links resolved, of a file that may not be there yet but whose folder is.
static ig_status resolve(const char *path, ig_text *out)
{
    const char *base = ig_base_name(path);
    ig_text folder = {0};
    ig_text_append_bytes(&folder, path, (size_t)(base - path));
    if (!folder.length) ig_text_append(&folder, ".");
    const bool failed = folder.failed;
    char *real = failed ? NULL : realpath(folder.data, NULL);
    ig_text_free(&folder);
    if (!real) return failed ? IG_EMEMORY : IG_EWRITE;
    ig_text_format(out, "%s/%s", strcmp(real, "/") == 0 ? "" : real, base);
    free(real);
    return out->failed ? IG_EMEMORY : IG_OK;
}

/// `target` as seen from the folder of `from`: "./map.gpkg", "../tables/map.gpkg".
static ig_status relative(const char *from, const char *target, ig_text *out)
{
    ig_text a = {0}, b = {0};
    ig_status status = resolve(from, &a);
    if (!status) status = resolve(target, &b);
    if (!status) {
        size_t common = 0; // just past the last slash that both share
        for (size_t i = 0; a.data[i] && a.data[i] == b.data[i]; i++)
            if (a.data[i] == '/') common = i + 1;
        const char *slash = strchr(a.data + common, '/');
        if (!slash) ig_text_append(out, "./");
        for (; slash; slash = strchr(slash + 1, '/'))
            ig_text_append(out, "../");
        ig_text_append(out, b.data + common);
        if (out->failed) status = IG_EMEMORY;
    }
    ig_text_free(&a);
    ig_text_free(&b);
    return status;
}

/// "27700" of "EPSG:27700".
static const char *crs_number(const char *crs)
{
    const char *colon = strchr(crs, ':');
    return colon ? colon + 1 : crs;
}

static void append_crs(ig_text *text, const char *crs)
{
    ig_text_append(text, "<spatialrefsys><srid>");
    append_xml(text, crs_number(crs));
    ig_text_append(text, "</srid>");
    if (strcmp(crs, "EPSG:27700") == 0) ig_text_append(text, "<srsid>2437</srsid>");
    ig_text_append(text, "<authid>");
    append_xml(text, crs);
    ig_text_append(text, "</authid></spatialrefsys>");
}

/// A project in the making.
struct writing {
    ig_text *text;
    const char *crs;
    const char **file; ///< of each layer, seen from the folder of the project
    const ig_project *project;
};

static void append_source(const struct writing *w, size_t i)
{
    const ig_project_layer *layer = &w->project->layers[i];
    append_xml(w->text, w->file[i]);
    if (layer->raster) return;
    ig_text_append(w->text, "|layername=");
    append_xml(w->text, layer->layer);
    if (!layer->where) return;
    ig_text_append(w->text, "|subset=");
    append_xml(w->text, layer->where);
}

// QGIS gives a layer whose id has ten characters or fewer another one, which the tree does not know.

/// The style without its frame: what stands between <qgis ...> and </qgis>.
static void append_style(ig_text *text, const char *qml)
{
    const char *begin = strstr(qml, "<qgis"), *end = strstr(qml, "</qgis>");
    begin = begin ? strchr(begin, '>') : NULL;
    if (begin && end && begin < end)
        ig_text_append_bytes(text, begin + 1, (size_t)(end - begin - 1));
}

static const char *layer_title(const ig_project_layer *layer)
{
    return layer->title ? layer->title : layer->layer;
}

static void tree_layer(const struct writing *w, size_t i)
{
    const ig_project_layer *layer = &w->project->layers[i];
    ig_text_format(w->text, "    <layer-tree-layer id=\"isogap_layer_%03zu\" name=\"", i);
    append_xml(w->text, layer_title(layer));
    ig_text_append(w->text, "\" source=\"");
    append_source(w, i);
    ig_text_format(w->text, "\" providerKey=\"%s\"", layer->raster ? "gdal" : "ogr");
    ig_text_format(w->text, " checked=\"Qt::%s\" expanded=\"%d\"/>\n",
                   layer->hidden ? "Unchecked" : "Checked", layer->hidden ? 0 : 1);
}

static bool same_group(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/// A group whose layers shut each other out: they cover the same ground.
static void open_group(const struct writing *w, size_t first)
{
    const ig_project_layer *layers = w->project->layers;
    const char *group = layers[first].group;
    int shown = -1;
    for (size_t i = first; i < w->project->count && same_group(layers[i].group, group); i++)
        if (shown < 0 && !layers[i].hidden) shown = (int)(i - first);
    ig_text_append(w->text, "    <layer-tree-group name=\"");
    append_xml(w->text, group);
    ig_text_format(w->text,
                   "\" checked=\"Qt::Checked\" expanded=\"%d\" mutually-exclusive=\"1\" "
                   "mutually-exclusive-child=\"%d\">\n",
                   shown >= 0, shown);
}

static void layer_tree(const struct writing *w)
{
    const ig_project_layer *layers = w->project->layers;
    const char *open = NULL;
    ig_text_append(w->text, "  <layer-tree-group>\n");
    for (size_t i = 0; i < w->project->count; i++) {
        const char *group = layers[i].group;
        if (!same_group(group, open)) {
            if (open) ig_text_append(w->text, "    </layer-tree-group>\n");
            if (group) open_group(w, i);
            open = group;
        }
        tree_layer(w, i);
    }
    if (open) ig_text_append(w->text, "    </layer-tree-group>\n");
    ig_text_append(w->text, "  </layer-tree-group>\n");
}

static void map_layer(const struct writing *w, size_t i)
{
    const ig_project_layer *layer = &w->project->layers[i];
    ig_text *text = w->text;
    const char *labels = strstr(layer->qml, "labelsEnabled=\"1\"");
    if (layer->raster)
        ig_text_append(text, "    <maplayer type=\"raster\">\n");
    else
        ig_text_format(text,
                       "    <maplayer type=\"vector\" geometry=\"%s\" labelsEnabled=\"%d\">\n",
                       layer->points ? "Point" : "Polygon", labels ? 1 : 0);
    ig_text_format(text, "      <id>isogap_layer_%03zu</id>\n      <datasource>", i);
    append_source(w, i);
    ig_text_append(text, "</datasource>\n      <layername>");
    append_xml(text, layer_title(layer));
    ig_text_append(text, "</layername>\n      <srs>");
    append_crs(text, w->crs);
    ig_text_append(text, "</srs>\n      <provider");
    ig_text_append(text, layer->raster ? ">gdal" : " encoding=\"UTF-8\">ogr");
    ig_text_append(text, "</provider>\n");
    append_style(text, layer->qml);
    ig_text_append(text, "    </maplayer>\n");
}

/// A theme for each layer of a group: it, and what stands in no group.
static void append_themes(const struct writing *w)
{
    const ig_project_layer *layers = w->project->layers;
    ig_text_append(w->text, "  <visibility-presets>\n");
    for (size_t i = 0; i < w->project->count; i++) {
        if (!layers[i].group) continue;
        ig_text_append(w->text, "    <visibility-preset name=\"");
        append_xml(w->text, layers[i].group);
        ig_text_append(w->text, ": ");
        append_xml(w->text, layer_title(&layers[i]));
        ig_text_append(w->text, "\">\n");
        for (size_t k = 0; k < w->project->count; k++)
            if (k == i || (!layers[k].group && !layers[k].hidden))
                ig_text_format(w->text,
                               "      <layer id=\"isogap_layer_%03zu\" visible=\"1\" "
                               "style=\"default\"/>\n",
                               k);
        ig_text_append(w->text, "    </visibility-preset>\n");
    }
    ig_text_append(w->text, "  </visibility-presets>\n");
}

static void append_extent(ig_text *text, const double box[4])
{
    static const char *const names[4] = {"xmin", "ymin", "xmax", "ymax"};
    char digits[32];
    ig_text_append(text, "  <mapcanvas name=\"theMapCanvas\"><units>meters</units><extent>");
    for (size_t i = 0; i < 4; i++)
        ig_text_format(text, "<%s>%s</%s>", names[i], ig_number_text(box[i], digits, sizeof digits),
                       names[i]);
    ig_text_append(text, "</extent></mapcanvas>\n");
}

static void append_project(const struct writing *w)
{
    const ig_project *project = w->project;
    ig_text *text = w->text;
    const char *title = project->title ? project->title : "";
    ig_text_append(text, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                         "<qgis version=\"3.22.0\" projectname=\"");
    append_xml(text, title);
    ig_text_append(text, "\">\n  <title>");
    append_xml(text, title);
    ig_text_append(text, "</title>\n  <projectCrs>");
    append_crs(text, w->crs);
    ig_text_append(text, "</projectCrs>\n");
    layer_tree(w);
    append_extent(text, project->box);
    ig_text_append(text, "  <projectlayers>\n");
    for (size_t i = 0; i < project->count; i++)
        map_layer(w, i);
    ig_text_append(text, "  </projectlayers>\n  <layerorder>\n");
    for (size_t i = 0; i < project->count; i++)
        ig_text_format(text, "    <layer id=\"isogap_layer_%03zu\"/>\n", i);
    ig_text_append(text, "  </layerorder>\n");
    append_themes(w);
    append_layout(text, title, project->attribution, project->box);
    ig_text_append(text, "  <properties>\n    <SpatialRefSys><ProjectionsEnabled "
                         "type=\"int\">1</ProjectionsEnabled></SpatialRefSys>\n"
                         "    <Paths><Absolute type=\"bool\">false</Absolute></Paths>\n"
                         "    <PAL><ShowingPartialsLabels type=\"bool\">false"
                         "</ShowingPartialsLabels></PAL>\n"
                         "  </properties>\n</qgis>\n");
}

/// One member, a fixed date: the same bytes each time. `out` gets the bytes of the zip.
static bool zipped(const ig_text *text, const char *member, ig_text *out)
{
    enum { DATE_2020_01_01 = (2020 - 1980) << 9 | 1 << 5 | 1 };
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    if (!target) return false;
    zip_t *archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    if (!archive) {
        zip_source_free(target);
        return false;
    }
    zip_source_keep(target);
    zip_source_t *content = zip_source_buffer(archive, text->data, text->length, 0);
    const zip_int64_t at = content ? zip_file_add(archive, member, content, ZIP_FL_ENC_UTF_8) : -1;
    if (content && at < 0) zip_source_free(content);
    bool fine = at >= 0 &&
                zip_file_set_dostime(archive, (zip_uint64_t)at, 0, DATE_2020_01_01, 0) == 0 &&
                zip_close(archive) == 0;
    if (!fine) zip_discard(archive);
    fine = fine && zip_source_open(target) == 0;
    if (fine) {
        char piece[4096];
        zip_int64_t got;
        while ((got = zip_source_read(target, piece, sizeof piece)) > 0)
            ig_text_append_bytes(out, piece, (size_t)got);
        fine = got == 0 && !out->failed;
        zip_source_close(target);
    }
    zip_source_free(target);
    return fine;
}

/// "map.qgs" for "folder/map.qgz".
static void member_name(const char *path, ig_text *name)
{
    const char *base = ig_base_name(path), *dot = strrchr(base, '.');
    ig_text_append_bytes(name, base, dot ? (size_t)(dot - base) : strlen(base));
    ig_text_append(name, ".qgs");
}

ig_status ig_project_write(ig_ctx *ctx, const char *path, const char *title, const char *geopackage,
                           const ig_project_layer *layers, size_t count, const double box[4],
                           const char *const *inputs)
{
    const ig_project project = {.title = title,
                                .geopackage = geopackage,
                                .layers = layers,
                                .count = count,
                                .box = {box[0], box[1], box[2], box[3]}};
    return ig_project_save(ctx, path, &project, inputs);
}

ig_status ig_project_save(ig_ctx *ctx, const char *path, const ig_project *project,
                          const char *const *inputs)
{
    const char *dot = strrchr(ig_base_name(path), '.');
    const bool zip = dot && strcmp(dot, ".qgz") == 0;
    if (!zip && !(dot && strcmp(dot, ".qgs") == 0)) {
        ig_fail(ctx, IG_EINVAL, "%s: a QGIS project is a .qgz or a .qgs", ig_show(path));
        return ig_hint(ctx, "end the name of the file with .qgz");
    }
    ig_status status = ig_output_check(ctx, path, inputs);
    if (status) return status;
    ig_text text = {0}, name = {0}, bytes = {0};
    ig_text *files = ig_alloc(project->count + 1, sizeof *files);
    const char **file = ig_alloc(project->count + 1, sizeof *file);
    if (!files || !file) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the project %s", ig_show(path));
        goto done;
    }
    for (size_t i = 0; i < project->count; i++) {
        const char *raster = project->layers[i].raster;
        status = relative(path, raster ? raster : project->geopackage, &files[i]);
        if (status) {
            ig_fail(ctx, status, "cannot tell where %s lies seen from %s",
                    ig_show(raster ? raster : project->geopackage), ig_show(path));
            goto done;
        }
        file[i] = files[i].data;
    }
    append_project(&(struct writing){&text, ig_ctx_work_crs(ctx), file, project});
    member_name(path, &name);
    if (text.failed || name.failed || (zip && !zipped(&text, name.data, &bytes))) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the project %s", ig_show(path));
        goto done;
    }
    const ig_text *whole = zip ? &bytes : &text;
    status = ig_output_bytes(ctx, path, whole->data, whole->length);
done:
    for (size_t i = 0; files && i < project->count; i++)
        ig_text_free(&files[i]);
    ig_free(files);
    ig_free(file);
    ig_text_free(&text);
    ig_text_free(&name);
    ig_text_free(&bytes);
    return status;
}
