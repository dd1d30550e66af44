// The folder of papers: page, table, GeoPackage.
#include "assess_internal.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {"assess.html", "assess.csv", "assess.gpkg"};

void ig_assess_files_free(ig_assess_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        ig_free(files->path[i]);
    *files = (ig_assess_files){0};
}

static char *inside(const char *folder, const char *name)
{
    ig_text path = {0};
    const size_t n = strlen(folder);
    ig_text_format(&path, "%s%s%s", folder, n && folder[n - 1] == '/' ? "" : "/", name);
    if (path.failed) ig_text_free(&path);
    return path.data;
}

ig_status ig_assess_check(ig_ctx *ctx, const char *folder, bool areas, const char *const *inputs)
{
    struct stat there;
    ig_status status = IG_OK;
    if (stat(folder, &there) != 0) {
        if (errno != ENOENT)
            return ig_fail(ctx, IG_EWRITE, "cannot look at %s: %s", ig_show(folder),
                           strerror(errno));
        ig_text above = {0}; // the folder it will be made in
        ig_text_append(&above, folder);
        while (above.length > 1 && above.data[above.length - 1] == '/')
            above.data[--above.length] = '\0';
        status = above.failed ? ig_fail(ctx, IG_EMEMORY, "no memory for a name")
                              : ig_output_check(ctx, above.data, inputs);
        ig_text_free(&above);
        return status;
    }
    if (!S_ISDIR(there.st_mode)) {
        ig_fail(ctx, IG_EWRITE, "%s is a file, not a folder", ig_show(folder));
        return ig_hint(ctx, "the papers need a folder: -o DIR");
    }
    for (size_t i = 0; !status && i < (areas ? 3 : 2); i++) {
        char *path = inside(folder, names[i]);
        status = path ? ig_output_check(ctx, path, inputs)
                      : ig_fail(ctx, IG_EMEMORY, "no memory for a name");
        ig_free(path);
    }
    return status;
}

// ---- the layer of areas -------------------------------------------------------------------------

struct field {
    const char *name, *title;
    size_t offset;
};

static ig_status add_real(ig_result *r, const char *name, const char *title, ig_column **column)
{
    const ig_status status = ig_result_add(r, name, IG_COLUMN_REAL, column);
    if (status || !title) return status;
    (*column)->title = ig_text_copy(title);
    return (*column)->title ? IG_OK : IG_EMEMORY;
}

static ig_status add_state(ig_result *r, const ig_access *access, const char *suffix,
                           const char *when)
{
    static const struct field fields[] = {
        {"people_reached", "People who reach a site", offsetof(ig_access_row, people_reached)},
        {"minutes_mean", "Mean minutes to the nearest site", offsetof(ig_access_row, minutes_mean)},
        {"minutes_median", "Median minutes to the nearest site",
         offsetof(ig_access_row, minutes_median)}};
    char name[96], title[128], number[32];
    ig_column *column;
    ig_status status = IG_OK;
    for (size_t f = 0; !status && f < sizeof fields / sizeof *fields; f++) {
        snprintf(name, sizeof name, "%s%s", fields[f].name, suffix);
        snprintf(title, sizeof title, "%s, %s", fields[f].title, when);
        status = add_real(r, name, title, &column);
        for (size_t a = 0; !status && a < access->areas; a++)
            memcpy(&column->number[a], (const char *)&access->rows[a] + fields[f].offset,
                   sizeof(double));
    }
    for (size_t t = 0; !status && t < access->thresholds; t++) {
        ig_number_text(access->threshold[t], number, sizeof number);
        snprintf(name, sizeof name, "within_%s%s", number, suffix);
        snprintf(title, sizeof title, "People within %s minutes, %%, %s", number, when);
        status = add_real(r, name, title, &column);
        for (size_t a = 0; !status && a < access->areas; a++)
            column->number[a] = access->rows[a].within[t];
    }
    return status;
}

static ig_status add_change(ig_result *r, const ig_change *change)
{
    static const struct field fields[] = {
        {"minutes_change", "Change in minutes to the nearest site",
         offsetof(ig_change_row, minutes)},
        {"winners", "People whose time falls by more than a minute",
         offsetof(ig_change_row, winners)},
        {"losers", "People whose time rises by more than a minute",
         offsetof(ig_change_row, losers)},
        {"newly_reached", "People reached after only", offsetof(ig_change_row, newly_reached)},
        {"newly_unreached", "People reached before only",
         offsetof(ig_change_row, newly_unreached)}};
    ig_column *column;
    ig_status status = IG_OK;
    for (size_t f = 0; !status && f < sizeof fields / sizeof *fields; f++) {
        status = add_real(r, fields[f].name, fields[f].title, &column);
        for (size_t a = 0; !status && a < change->areas; a++)
            memcpy(&column->number[a], (const char *)&change->rows[a] + fields[f].offset,
                   sizeof(double));
    }
    return status;
}

static ig_status add_texts(const ig_assess_paper *p, ig_result *r, const char *name,
                           const char *(*of)(const ig_assess_paper *p, size_t a))
{
    ig_column *column;
    ig_status status = ig_result_add(r, name, IG_COLUMN_TEXT, &column);
    for (size_t a = 0; !status && a < r->rows; a++)
        status = ig_result_set_text(r, column, a, of(p, a));
    return status;
}

static const char *code_of(const ig_assess_paper *p, size_t a)
{
    return p->codes[a];
}

static const char *name_of(const ig_assess_paper *p, size_t a)
{
    return ig_areas_name(p->areas, a);
}

static const char *status_before(const ig_assess_paper *p, size_t a)
{
    return p->before->rows[a].status;
}

static const char *status_after(const ig_assess_paper *p, size_t a)
{
    return p->after->rows[a].status;
}

static ig_status area_columns(const ig_assess_paper *p, ig_result **out)
{
    ig_result *r = NULL;
    ig_column *column;
    ig_status status = ig_result_new(p->before->areas, &r);
    if (!status) status = add_texts(p, r, "area", code_of);
    if (!status) status = add_texts(p, r, "name", name_of);
    if (!status) status = add_real(r, "people", "People", &column);
    for (size_t a = 0; !status && a < r->rows; a++)
        column->number[a] = p->before->rows[a].people;
    if (!status && p->decile) {
        status = ig_result_add(r, "decile", IG_COLUMN_INTEGER, &column);
        if (!status && r->rows) memcpy(column->number, p->decile, r->rows * sizeof(double));
    }
    if (!status) status = add_change(r, p->change);
    if (!status) status = add_state(r, p->before, "_before", "before");
    if (!status) status = add_state(r, p->after, "_after", "after");
    if (!status) status = add_texts(p, r, "status_before", status_before);
    if (!status) status = add_texts(p, r, "status_after", status_after);
    if (status)
        ig_result_free(r);
    else
        *out = r;
    return status;
}

// ---- the layer of sites -------------------------------------------------------------------------

static ig_status site_columns(const ig_assess_paper *p, double *x, double *y, ig_result **out)
{
    ig_result *r = NULL;
    ig_column *column[4];
    static const char *const titles[4] = {"site", "name", "change", "label"};
    ig_status status = ig_result_new(p->sites, &r);
    for (size_t c = 0; !status && c < 4; c++)
        status = ig_result_add(r, titles[c], IG_COLUMN_TEXT, &column[c]);
    for (size_t i = 0; !status && i < p->sites; i++) {
        const ig_assess_site *s = &p->site[i];
        ig_text label = {0};
        const bool kept = s->fate == IG_SITE_KEPT;
        ig_text_format(&label, "%s%s%s%s", *s->name ? s->name : s->code, kept ? "" : " (",
                       kept ? "" : fate_word(s->fate), kept ? "" : ")");
        const char *const texts[4] = {s->code, s->name, fate_word(s->fate),
                                      label.data ? label.data : ""};
        for (size_t c = 0; !status && c < 4; c++)
            status = ig_result_set_text(r, &r->columns[c], i, texts[c]);
        ig_text_free(&label);
        x[i] = s->x;
        y[i] = s->y;
    }
    if (status)
        ig_result_free(r);
    else
        *out = r;
    return status;
}

static bool sites_have_places(const ig_assess_paper *p)
{
    for (size_t i = 0; i < p->sites; i++)
        if (isnan(p->site[i].x) || isnan(p->site[i].y)) return false;
    return p->sites > 0;
}

static ig_status add_sites(ig_ctx *ctx, const ig_assess_paper *p, ig_layers *layers)
{
    ig_result *columns = NULL;
    double *x = ig_alloc(p->sites + 1, sizeof *x), *y = ig_alloc(p->sites + 1, sizeof *y);
    ig_status status = x && y ? site_columns(p, x, y, &columns) : IG_EMEMORY;
    if (status) ig_fail(ctx, status, "no memory for %zu sites", p->sites);
    if (!status) status = ig_layers_points(layers, "sites", p->sites, x, y, columns);
    if (!status) status = ig_map_sites(ctx, layers, "sites", "label", NULL);
    ig_result_free(columns);
    ig_free(x);
    ig_free(y);
    return status;
}

// ---- the files ----------------------------------------------------------------------------------

static ig_status fill_package(ig_ctx *ctx, const ig_assess_paper *p,
                              const struct change_scale *scale, const ig_result *columns,
                              ig_layers *layers)
{
    const ig_style *style = &scale->style;
    ig_status status = ig_layers_areas(layers, "assess", p->areas, false, columns);
    if (!status && scale->breaks) status = ig_map_styles(ctx, layers, "assess", &style, 1, columns);
    if (!status && sites_have_places(p)) status = add_sites(ctx, p, layers);
    if (!status) status = ig_layers_table(layers, "assess_rows", p->assessment->rows);
    if (!status) status = ig_layers_table(layers, "assess_measures", p->assessment->measures);
    if (!status) status = ig_layers_metadata(layers, "isogap_command", "assess");
    if (!status) status = ig_layers_metadata(layers, "isogap_version", ig_version());
    if (!status) status = ig_layers_metadata(layers, "ISOGAP_PEOPLE", p->before->spread);
    const char *attribution = ig_map_attribution(p->areas);
    if (!status && attribution) status = ig_layers_metadata(layers, "attribution", attribution);
    return status;
}

static ig_status write_package(ig_ctx *ctx, const ig_assess_paper *p,
                               const struct change_scale *scale, const char *path,
                               const char *const *inputs)
{
    ig_result *columns = NULL;
    ig_layers *layers = NULL;
    ig_status status = area_columns(p, &columns);
    if (status) return ig_fail(ctx, status, "no memory for the layer of areas");
    status = ig_layers_begin(ctx, path, inputs, &layers);
    if (!status) {
        status = fill_package(ctx, p, scale, columns, layers);
        if (status)
            ig_layers_abort(layers);
        else
            status = ig_layers_finish(layers);
    }
    ig_result_free(columns);
    return status;
}

static ig_status make_folder(ig_ctx *ctx, const char *folder, bool *made)
{
    // the umask of the process is tight while files are in the making; folders are the user's
    *made = mkdir(folder, 0700) == 0;
    if (!*made && errno != EEXIST)
        return ig_fail(ctx, IG_EWRITE, "cannot make the folder %s: %s", ig_show(folder),
                       strerror(errno));
    if (*made && chmod(folder, 0777 & ~ig_user_umask()))
        return ig_fail(ctx, IG_EWRITE, "cannot open the folder %s: %s", ig_show(folder),
                       strerror(errno));
    return IG_OK;
}

ig_status ig_assess_write(ig_ctx *ctx, const ig_assess_paper *paper, const char *folder,
                          const char *const *inputs, ig_assess_files *files)
{
    struct change_scale scale = {0};
    ig_text html = {0};
    bool made = false;
    *files = (ig_assess_files){0};
    ig_status status = change_scale_new(ctx, paper->change, &scale);
    if (!status) status = page_write(ctx, paper, &scale, &html);
    if (!status) status = make_folder(ctx, folder, &made);
    for (size_t i = 0; !status && i < (paper->areas ? 3 : 2); i++) {
        files->path[i] = inside(folder, names[i]);
        if (!files->path[i]) status = ig_fail(ctx, IG_EMEMORY, "no memory for a name");
        files->count = i + 1;
    }
    // The page comes last: what stands in it is then in the other files too.
    if (!status && paper->areas) status = write_package(ctx, paper, &scale, files->path[2], inputs);
    if (!status)
        status = ig_result_write(ctx, paper->assessment->rows, files->path[1], "assess", inputs);
    if (!status) status = ig_output_bytes(ctx, files->path[0], html.data, html.length);
    for (size_t i = 0; status && made && i < files->count; i++)
        if (files->path[i]) unlink(files->path[i]);
    if (status && made) rmdir(folder);
    ig_text_free(&html);
    change_scale_free(&scale);
    return status;
}
