// SPDX-License-Identifier: GPL-2.0
/*
 * mm_layout - shows what CONFIG_MM_LAYOUT_DEBUG knows of the kernel's memory layout
 *
 * Reads /sys/kernel/debug/mm_layout/, see Documentation/dev-tools/mm_layout_debug.rst.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_REGIONS	32
#define MAX_ZONES	32
#define MAX_USAGE	32

static const char *debugfs = "/sys/kernel/debug/mm_layout";
static bool json;

static _Noreturn void die(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("mm_layout: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* === Files === */

static int open_file(const char *name, int flags)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", debugfs, name);
	fd = open(path, flags);
	if (fd < 0)
		die("cannot open %s: %s; it takes root, debugfs and CONFIG_MM_LAYOUT_DEBUG", path,
		    strerror(errno));
	return fd;
}

/* All that can be read, to be freed. */
static char *read_fd(int fd, const char *name)
{
	size_t len = 0, size = 1 << 16;
	char *text = NULL;
	ssize_t got;

	do {
		if (!text || len + 1 == size) {
			size *= 2;
			text = realloc(text, size);
			if (!text)
				die("out of memory");
		}
		got = read(fd, text + len, size - len - 1);
		if (got < 0)
			die("cannot read %s: %s", name, strerror(errno));
		len += got;
	} while (got);
	text[len] = '\0';
	close(fd);
	return text;
}

static char *read_file(const char *name)
{
	return read_fd(open_file(name, O_RDONLY), name);
}

/* The next line of a text that is cut into lines; NULL at its end. */
static char *next_line(char **text)
{
	char *line = *text, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	if (end)
		*end = '\0';
	*text = end ? end + 1 : NULL;
	return line;
}

/* === What is read === */

struct region {
	uint64_t start;
	uint64_t last;
	char name[32];
};

struct zone {
	char name[32];
	int node;
	uint64_t start_pfn;
	uint64_t last_pfn;
	uint64_t spanned;
	uint64_t present;
	uint64_t managed;
};

struct ram {
	uint64_t start_pfn;
	uint64_t last_pfn;
};

struct area {
	uint64_t start;
	uint64_t last;
	char kind[16];
	char *details;
};

struct layout {
	struct region region[MAX_REGIONS];
	unsigned int nr_regions;
	struct zone zone[MAX_ZONES];
	unsigned int nr_zones;
	struct ram *ram;
	unsigned int nr_ram;
	struct area *area;
	unsigned int nr_areas;
	/* Lines of words and numbers. */
	char *usage[MAX_USAGE];
	unsigned int nr_usage;
};

static void *grown(void *array, unsigned int nr, size_t size)
{
	/* Doubled whenever it is full. */
	if (nr & (nr - 1))
		return array;
	array = realloc(array, (nr ? nr * 2 : 1) * size);
	if (!array)
		die("out of memory");
	return array;
}

static void parse_map_line(struct layout *l, char *line)
{
	struct region *r = &l->region[l->nr_regions];
	struct zone *z = &l->zone[l->nr_zones];
	struct ram ram;

	if (l->nr_regions < MAX_REGIONS &&
	    sscanf(line, "0x%" SCNx64 " 0x%" SCNx64 " %*uK %31s", &r->start, &r->last,
		   r->name) == 3) {
		l->nr_regions++;
	} else if (l->nr_zones < MAX_ZONES &&
		   sscanf(line, "zone %31s node %d pfn 0x%" SCNx64 " 0x%" SCNx64
			  " spanned %" SCNu64 " present %" SCNu64 " managed %" SCNu64,
			  z->name, &z->node, &z->start_pfn, &z->last_pfn, &z->spanned,
			  &z->present, &z->managed) == 7) {
		l->nr_zones++;
	} else if (sscanf(line, "ram 0x%" SCNx64 " 0x%" SCNx64, &ram.start_pfn,
			  &ram.last_pfn) == 2) {
		l->ram = grown(l->ram, l->nr_ram, sizeof(ram));
		l->ram[l->nr_ram++] = ram;
	} else if (l->nr_usage < MAX_USAGE) {
		l->usage[l->nr_usage++] = line;
	}
}

static void parse_area_line(struct layout *l, char *line)
{
	struct area a;
	int pos = 0;

	if (sscanf(line, "0x%" SCNx64 " 0x%" SCNx64 " %*uK %15s%n", &a.start, &a.last,
		   a.kind, &pos) != 3)
		return;
	a.details = line + pos;
	while (*a.details == ' ')
		a.details++;
	l->area = grown(l->area, l->nr_areas, sizeof(a));
	l->area[l->nr_areas++] = a;
}

/* Keeps what it points to until the end. */
static void read_layout(struct layout *l)
{
	char *text, *line;

	memset(l, 0, sizeof(*l));
	text = read_file("map");
	while ((line = next_line(&text)))
		parse_map_line(l, line);
	if (!l->nr_regions)
		die("%s/map has no regions", debugfs);
	text = read_file("areas");
	while ((line = next_line(&text)))
		parse_area_line(l, line);
}

static uint64_t size_of(const struct region *r)
{
	return r->last - r->start + 1;
}

/* Digits of an address. */
static int digits(const struct layout *l)
{
	return l->region[l->nr_regions - 1].last >> 32 ? 16 : 8;
}

/* A size as people say it; 0 is all of 64 bits. */
static const char *human(uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	static char text[4][16];
	static unsigned int turn;
	char *out = text[turn++ % ARRAY_SIZE(text)];
	double n = bytes ? bytes / 1024.0 : 18014398509481984.0;
	int unit = 0;

	while (n >= 1024 && unit < 5) {
		n /= 1024;
		unit++;
	}
	snprintf(out, sizeof(text[0]), n < 10 && n != (int)n ? "%.1f%c" : "%.0f%c", n,
		 units[unit]);
	return out;
}

/* === JSON === */

static void json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < ' ')
			printf("\\u%04x", *s);
		else
			putchar(*s);
	}
	putchar('"');
}

/* A number as it is, all else as a string. */
static void json_value(const char *s)
{
	char *end;

	if (isdigit((unsigned char)*s)) {
		uint64_t n = strtoull(s, &end, 10);

		if (!*end) {
			printf("%" PRIu64, n);
			return;
		}
		/* Sizes are in bytes. */
		if (!strcmp(end, "K")) {
			printf("%" PRIu64, n << 10);
			return;
		}
	}
	json_string(s);
}

/* "vmalloc used 4K free 8K" has a subject, and names with values. */
static void json_usage(const char *line)
{
	char *copy = strdup(line), *rest = copy, *word;
	bool kind;

	if (!copy)
		die("out of memory");
	word = strsep(&rest, " ");
	/* "areas <kind> <number> <size>" */
	kind = !strcmp(word, "areas");
	printf("{\"what\": ");
	json_string(word);
	if (kind) {
		printf(", \"kind\": ");
		json_string(strsep(&rest, " "));
		printf(", \"areas\": ");
		json_value(rest ? strsep(&rest, " ") : "0");
		printf(", \"bytes\": ");
		json_value(rest ? rest : "0");
		rest = NULL;
	}
	while (rest && (word = strsep(&rest, " ")) && rest) {
		printf(", ");
		json_string(word);
		printf(": ");
		json_value(strsep(&rest, " "));
	}
	putchar('}');
	free(copy);
}

#define SEP(i)	((i) ? ",\n  " : "\n  ")

static void json_map(const struct layout *l)
{
	unsigned int i;

	printf("{\"regions\": [");
	for (i = 0; i < l->nr_regions; i++) {
		printf("%s{\"start\": %" PRIu64 ", \"last\": %" PRIu64 ", \"name\": ", SEP(i),
		       l->region[i].start, l->region[i].last);
		json_string(l->region[i].name);
		putchar('}');
	}
	printf("],\n \"ram\": [");
	for (i = 0; i < l->nr_ram; i++)
		printf("%s{\"start_pfn\": %" PRIu64 ", \"last_pfn\": %" PRIu64 "}", SEP(i),
		       l->ram[i].start_pfn, l->ram[i].last_pfn);
	printf("],\n \"zones\": [");
	for (i = 0; i < l->nr_zones; i++) {
		const struct zone *z = &l->zone[i];

		printf("%s{\"name\": ", SEP(i));
		json_string(z->name);
		printf(", \"node\": %d, \"start_pfn\": %" PRIu64 ", \"last_pfn\": %" PRIu64
		       ", \"spanned\": %" PRIu64 ", \"present\": %" PRIu64
		       ", \"managed\": %" PRIu64 "}", z->node, z->start_pfn, z->last_pfn,
		       z->spanned, z->present, z->managed);
	}
	printf("],\n \"usage\": [");
	for (i = 0; i < l->nr_usage; i++) {
		fputs(SEP(i), stdout);
		json_usage(l->usage[i]);
	}
	printf("],\n \"areas\": [");
	for (i = 0; i < l->nr_areas; i++) {
		printf("%s{\"start\": %" PRIu64 ", \"last\": %" PRIu64 ", \"kind\": ", SEP(i),
		       l->area[i].start, l->area[i].last);
		json_string(l->area[i].kind);
		printf(", \"details\": ");
		json_string(l->area[i].details);
		putchar('}');
	}
	printf("]}\n");
}

/* === In the terminal === */

#define BOX_WIDTH	32
/* Lines for all of what is drawn, if nothing is too small for a line. */
#define BOX_LINES	24

static void draw_border(const struct layout *l, uint64_t addr)
{
	int i;

	printf("0x%0*" PRIx64 " +", digits(l), addr);
	for (i = 0; i < BOX_WIDTH; i++)
		putchar('-');
	puts("+");
}

static void draw_region(const struct layout *l, const struct region *r, unsigned int lines)
{
	char text[64];
	unsigned int i;

	for (i = 0; i < lines; i++) {
		*text = '\0';
		if (i == (lines - 1) / 2)
			snprintf(text, sizeof(text), "%s, %s", r->name, human(size_of(r)));
		printf("%*s | %-*s|\n", digits(l) + 2, "", BOX_WIDTH - 1, text);
	}
	draw_border(l, r->start);
}

/* Regions from @first on, the highest address on top, as the textbooks draw them. */
static void draw(const struct layout *l, unsigned int first, const char *what)
{
	double all = (double)l->region[l->nr_regions - 1].last - l->region[first].start + 1;
	double line = all / BOX_LINES;
	unsigned int i;

	printf("\n%s: a line is %s, and nothing has less than a line\n\n", what,
	       human(line));
	draw_border(l, l->region[l->nr_regions - 1].last);
	for (i = l->nr_regions; i-- > first;) {
		double lines = (l->region[i].last - l->region[i].start + 1.0) / line;

		draw_region(l, &l->region[i], lines < 1 ? 1 : lines + 0.5);
	}
}

/* The first region of the kernel. */
static unsigned int kernel_first(const struct layout *l)
{
	return !strcmp(l->region[0].name, "user") && l->nr_regions > 1;
}

/* The first region above the linear map. */
static unsigned int upper_first(const struct layout *l)
{
	unsigned int i;

	for (i = 0; i + 1 < l->nr_regions; i++)
		if (!strcmp(l->region[i].name, "linear"))
			return i + 1;
	return kernel_first(l);
}

static void text_map(const struct layout *l)
{
	int w = digits(l) + 2;
	unsigned int i;

	printf("%-*s %-*s %8s  %s\n", w, "start", w, "last", "size", "region");
	for (i = 0; i < l->nr_regions; i++) {
		const struct region *r = &l->region[i];

		printf("0x%0*" PRIx64 " 0x%0*" PRIx64 " %8s  %s\n", w - 2, r->start, w - 2,
		       r->last, human(size_of(r)), r->name);
	}
	printf("\n%-10s %4s %-11s %-11s %9s %9s %9s\n", "zone", "node", "first pfn",
	       "last pfn", "spanned", "present", "managed");
	for (i = 0; i < l->nr_zones; i++) {
		const struct zone *z = &l->zone[i];

		printf("%-10s %4d 0x%-9" PRIx64 " 0x%-9" PRIx64 " %9" PRIu64 " %9" PRIu64
		       " %9" PRIu64 "\n", z->name, z->node, z->start_pfn, z->last_pfn,
		       z->spanned, z->present, z->managed);
	}
	putchar('\n');
	for (i = 0; i < l->nr_usage; i++)
		puts(l->usage[i]);
	draw(l, 0, "the address space");
	if (kernel_first(l))
		draw(l, kernel_first(l), "the kernel's part");
	if (upper_first(l) > kernel_first(l))
		draw(l, upper_first(l), "above the linear map");
}

/* === SVG and HTML === */

#define MAX_LABELS	MAX_REGIONS
#define TOP		46
#define COLUMN		640
#define BAR		130
#define LABEL_STEP	15
/* Of the font that is used for labels, with room to spare. */
#define CHAR_WIDTH	7.0

static void put_escaped(const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			fputs("&amp;", stdout);
			break;
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		case '"':
			fputs("&quot;", stdout);
			break;
		default:
			putchar(*s);
		}
	}
}

static const char *region_color(const char *name)
{
	static const struct {
		const char *name, *color;
	} colors[] = {
		{ "user", "#dbe7f3" }, { "linear", "#a9d18e" }, { "vmalloc", "#ffd966" },
		{ "pkmap", "#f4b183" }, { "ldt", "#c9c0e0" }, { "cpu_entry_area", "#9dc3e6" },
		{ "early_fixmap", "#d0cece" }, { "fixmap", "#e39bb0" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(colors); i++)
		if (!strcmp(colors[i].name, name))
			return colors[i].color;
	return "#ffffff";
}

static const char *area_color(const char *kind)
{
	static const struct {
		const char *kind, *color;
	} colors[] = {
		{ "vmalloc", "#bf9000" }, { "module", "#7030a0" }, { "vmap", "#c55a11" },
		{ "ioremap", "#c00000" }, { "percpu", "#2e75b6" }, { "vm_map_ram", "#548235" },
		{ "vmap_block", "#548235" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(colors); i++)
		if (!strcmp(colors[i].kind, kind))
			return colors[i].color;
	return "#595959";
}

/* A column shows the addresses from those of a first region to the end. */
struct column {
	const struct layout *l;
	const char *title;
	unsigned int first;
	double x;
	double start;
	double size;
};

static double column_y(const struct column *c, double addr)
{
	return TOP + COLUMN - (addr - c->start) / c->size * COLUMN;
}

static double label_width(const struct layout *l)
{
	/* Address, the longest name, and a size. */
	return (digits(l) + 2 + 1 + 14 + 2 + 5) * CHAR_WIDTH;
}

/* Left open: what is read where the pointer is comes next, then svg_end(). */
static void svg_rect(const char *class, double x, double y, double width, double height,
		     const char *color)
{
	printf("<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\"", class, x, y);
	printf(" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"><title>", width, height, color);
}

static void svg_end(void)
{
	puts("</title></rect>");
}

static void svg_region(const struct column *c, const struct region *r)
{
	double top = column_y(c, (double)r->last + 1), bottom = column_y(c, r->start);

	svg_rect(strcmp(r->name, "hole") ? "region" : "region hole", c->x, top, BAR,
		 bottom - top, region_color(r->name));
	put_escaped(r->name);
	printf(": 0x%0*" PRIx64 "-0x%0*" PRIx64 ", %s", digits(c->l), r->start, digits(c->l),
	       r->last, human(size_of(r)));
	svg_end();
}

/* Labels are at the lower ends of what they name, but not on top of each other. */
static void svg_labels(const struct column *c)
{
	const struct layout *l = c->l;
	unsigned int i, nr = l->nr_regions - c->first;
	double y[MAX_LABELS], x = c->x + BAR;
	double limit = TOP;

	for (i = 0; i < nr; i++) {
		y[i] = column_y(c, l->region[c->first + i].start);
		if (i && y[i] > y[i - 1] - LABEL_STEP)
			y[i] = y[i - 1] - LABEL_STEP;
	}
	/* Those that were pushed out at the top push the others down again. */
	for (i = nr; i-- > 0; limit = y[i] + LABEL_STEP)
		if (y[i] < limit)
			y[i] = limit;
	for (i = 0; i < nr; i++) {
		const struct region *r = &l->region[c->first + i];

		printf("<path class=\"leader\" d=\"M%.0f %.2f L%.0f %.2f\"/>\n", x,
		       column_y(c, r->start), x + 14, y[i]);
		printf("<text class=\"label\" data-start=\"%" PRIu64 "\"", r->start);
		printf(" x=\"%.0f\" y=\"%.2f\">0x%0*" PRIx64 " ", x + 17, y[i] + 4, digits(l),
		       r->start);
		put_escaped(r->name);
		printf(", %s</text>\n", human(size_of(r)));
	}
}

static void svg_areas(const struct column *c)
{
	unsigned int i;

	for (i = 0; i < c->l->nr_areas; i++) {
		const struct area *a = &c->l->area[i];
		double top = column_y(c, (double)a->last + 1);
		double height = column_y(c, a->start) - top;

		if (a->start < c->start)
			continue;
		svg_rect("area", c->x + 14, top, BAR - 28, height < 1.5 ? 1.5 : height,
			 area_color(a->kind));
		printf("0x%0*" PRIx64 "-0x%0*" PRIx64 ", %s, ", digits(c->l), a->start,
		       digits(c->l), a->last, human(a->last - a->start + 1));
		put_escaped(a->kind);
		putchar(' ');
		put_escaped(a->details);
		svg_end();
	}
}

static void svg_column(struct column *c, const struct layout *l, unsigned int first,
		       unsigned int nr, const char *title)
{
	unsigned int i;

	c->l = l;
	c->first = first;
	c->x = 10 + nr * (BAR + 17 + label_width(l) + 14);
	c->start = l->region[first].start;
	c->size = (double)l->region[l->nr_regions - 1].last - c->start + 1;
	printf("<text class=\"title\" x=\"%.0f\" y=\"22\">%s</text>\n", c->x, title);
	for (i = first; i < l->nr_regions; i++)
		svg_region(c, &l->region[i]);
}

static uint64_t end_pfn(const struct layout *l)
{
	uint64_t end = 1;
	unsigned int i;

	for (i = 0; i < l->nr_zones; i++)
		if (l->zone[i].last_pfn >= end)
			end = l->zone[i].last_pfn + 1;
	return end;
}

static void svg_memory(const struct layout *l, double y, double width)
{
	static const char * const colors[] = { "#f4b183", "#a9d18e", "#9dc3e6", "#c9c0e0" };
	double scale = (width - 20) / end_pfn(l);
	unsigned int i;

	printf("<text class=\"title\" x=\"10\" y=\"%.0f\">", y - 10);
	puts("Physical memory: zones above, RAM below</text>");
	for (i = 0; i < l->nr_zones; i++) {
		const struct zone *z = &l->zone[i];
		double line = y + 78 + i * (LABEL_STEP + 2);
		const char *color = colors[i % ARRAY_SIZE(colors)];

		svg_rect("zone", 10 + z->start_pfn * scale, y,
			 (z->last_pfn - z->start_pfn + 1) * scale, 30, color);
		put_escaped(z->name);
		printf(": pfn 0x%" PRIx64 "-0x%" PRIx64, z->start_pfn, z->last_pfn);
		svg_end();
		printf("<rect x=\"10\" y=\"%.0f\" width=\"12\" height=\"12\" fill=\"%s\"/>\n",
		       line - 10, color);
		printf("<text class=\"label\" x=\"28\" y=\"%.0f\">", line);
		put_escaped(z->name);
		printf(", node %d: pfn 0x%" PRIx64 "-0x%" PRIx64 ", %" PRIu64
		       " pages present, %" PRIu64 " managed</text>\n", z->node, z->start_pfn,
		       z->last_pfn, z->present, z->managed);
	}
	for (i = 0; i < l->nr_ram; i++) {
		const struct ram *r = &l->ram[i];

		svg_rect("ram", 10 + r->start_pfn * scale, y + 34,
			 (r->last_pfn - r->start_pfn + 1) * scale, 14, "#555");
		printf("RAM: pfn 0x%" PRIx64 "-0x%" PRIx64, r->start_pfn, r->last_pfn);
		svg_end();
	}
}

static void svg_legend(const struct layout *l, double y)
{
	static const char * const kinds[] = {
		"vmalloc", "module", "vmap", "ioremap", "percpu", "vmap_block", "other",
	};
	double x = 10;
	unsigned int i;

	printf("<text class=\"label\" x=\"%.0f\" y=\"%.0f\">%u vmap areas:</text>\n", x, y,
	       l->nr_areas);
	x += 130;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		printf("<rect x=\"%.0f\" y=\"%.0f\" width=\"12\" height=\"12\" fill=\"%s\"/>\n",
		       x, y - 10, area_color(kinds[i]));
		printf("<text class=\"label\" x=\"%.0f\" y=\"%.0f\">%s</text>\n", x + 17, y,
		       kinds[i]);
		x += 17 + (strlen(kinds[i]) + 2) * CHAR_WIDTH;
	}
}

static void put_lines(const char * const *line, unsigned int nr)
{
	while (nr--)
		puts(*line++);
}

static void svg_map(const struct layout *l)
{
	static const char * const style[] = {
		"text{font-family:monospace;font-size:11px;fill:#222}",
		".title{font-family:sans-serif;font-size:14px;font-weight:bold}",
		".region,.zone{stroke:#444;stroke-width:.6}",
		".hole{stroke-dasharray:3 2}",
		"rect:hover{stroke:#000;stroke-width:2}",
		".leader{stroke:#888;stroke-width:.6;fill:none}",
	};
	unsigned int columns = 1 + !!kernel_first(l) + (upper_first(l) > kernel_first(l));
	double width = 10 + columns * (BAR + 17 + label_width(l) + 14);
	double bottom = TOP + COLUMN + 100 + 78 + l->nr_zones * (LABEL_STEP + 2);
	struct column c;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\"", width,
	       bottom);
	printf(" width=\"%.0f\" height=\"%.0f\">\n<style>\n", width, bottom);
	put_lines(style, ARRAY_SIZE(style));
	puts("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
	svg_column(&c, l, 0, 0, "The address space");
	svg_labels(&c);
	if (kernel_first(l)) {
		svg_column(&c, l, kernel_first(l), 1, "The kernel's part");
		svg_labels(&c);
	}
	if (upper_first(l) > kernel_first(l))
		svg_column(&c, l, upper_first(l), columns - 1, "Above the linear map");
	svg_areas(&c);
	if (upper_first(l) > kernel_first(l))
		svg_labels(&c);
	svg_legend(l, TOP + COLUMN + 34);
	svg_memory(l, TOP + COLUMN + 80, width);
	puts("</svg>");
}

static void html_region_rows(const struct layout *l)
{
	unsigned int i;

	puts("<h2>Regions</h2>\n<table><tr><th>start<th>last<th>size<th>region");
	for (i = l->nr_regions; i-- > 0;) {
		const struct region *r = &l->region[i];

		printf("<tr><td>0x%0*" PRIx64 "<td>0x%0*" PRIx64 "<td class=\"n\">%s<td>",
		       digits(l), r->start, digits(l), r->last, human(size_of(r)));
		put_escaped(r->name);
		putchar('\n');
	}
	puts("</table>");
}

static void html_area_rows(const struct layout *l)
{
	unsigned int i;

	puts("<h2>Areas of the vmalloc range</h2>");
	puts("<table><tr><th>start<th>last<th>size<th>kind<th>details");
	for (i = 0; i < l->nr_areas; i++) {
		const struct area *a = &l->area[i];

		printf("<tr><td>0x%0*" PRIx64 "<td>0x%0*" PRIx64 "<td class=\"n\">%s<td>",
		       digits(l), a->start, digits(l), a->last, human(a->last - a->start + 1));
		put_escaped(a->kind);
		fputs("<td>", stdout);
		put_escaped(a->details);
		putchar('\n');
	}
	puts("</table>");
}

static void html_map(const struct layout *l)
{
	static const char * const head[] = {
		"<!DOCTYPE html>",
		"<html lang=\"en\">",
		"<meta charset=\"utf-8\">",
		"<meta name=\"viewport\" content=\"width=device-width\">",
		"<link rel=\"icon\" href=\"data:,\">",
		"<title>The kernel's memory layout</title>",
		"<style>",
		"body{font-family:sans-serif;margin:16px;color:#222;background:#fff}",
		"svg{max-width:100%;height:auto}",
		"table{border-collapse:collapse;font-family:monospace;font-size:12px}",
		"td,th{border:1px solid #ccc;padding:2px 8px;text-align:left}",
		".n{text-align:right}",
		"</style>",
		"<h1>The kernel's memory layout</h1>",
		"<p>All to scale. Point at something to see its numbers.</p>",
	};
	unsigned int i;

	put_lines(head, ARRAY_SIZE(head));
	svg_map(l);
	puts("<h2>In use</h2>\n<pre>");
	for (i = 0; i < l->nr_usage; i++) {
		put_escaped(l->usage[i]);
		putchar('\n');
	}
	puts("</pre>");
	html_region_rows(l);
	html_area_rows(l);
	puts("</html>");
}

/* === Commands === */

static int show_map(int argc, char **argv)
{
	bool svg = argc == 1 && !strcmp(argv[0], "--svg");
	bool html = argc == 1 && !strcmp(argv[0], "--html");
	struct layout l;

	if (argc && !svg && !html)
		die("map takes --svg, --html, or nothing");
	if (json && (svg || html))
		die("--json goes with the plain map only");
	read_layout(&l);
	if (svg)
		svg_map(&l);
	else if (html)
		html_map(&l);
	else if (json)
		json_map(&l);
	else
		text_map(&l);
	return 0;
}

static void write_word(int fd, const char *word, const char *what)
{
	if (write(fd, word, strlen(word)) != (ssize_t)strlen(word))
		die("%s is refused as %s: %s", word, what, strerror(errno));
}

/* Returns the number of violations of the invariant that the line is about. */
static unsigned long json_invariant(char *line, unsigned int nr)
{
	unsigned long facts, violations, skipped;
	char name[64];
	int pos = 0;

	if (sscanf(line, "%63s %lu %lu %lu%n", name, &facts, &violations, &skipped,
		   &pos) != 4)
		return 0;
	printf("%s{\"name\": ", SEP(nr));
	json_string(name);
	printf(", \"facts\": %lu, \"violations\": %lu, \"skipped\": %lu", facts, violations,
	       skipped);
	if (line[pos] == ' ') {
		printf(", \"reason\": ");
		json_string(line + pos + 1);
	}
	putchar('}');
	return violations;
}

/* Exit status 2 if there is a violation. */
static int show_scan(int argc, char **argv)
{
	unsigned long violations = 0, facts, found, skipped;
	char *text, *line, *summary = "";
	unsigned int nr = 0;
	int fd, pos;

	if (argc > 1)
		die("scan takes the name of a check, or nothing");
	fd = open_file("scan", O_RDWR);
	write_word(fd, argc ? argv[0] : "1", "the name of a check");
	text = read_fd(fd, "scan");
	if (json)
		printf("{\"invariants\": [");
	while ((line = next_line(&text))) {
		pos = 0;
		if (!strncmp(line, "mm_layout: ", 11))
			summary = line + 11;
		else if (json && *line != '#')
			violations += json_invariant(line, nr++);
		else if (sscanf(line, "%*s %lu %lu %lu%n", &facts, &found, &skipped, &pos) == 3)
			violations += found;
		if (!json)
			puts(line);
	}
	if (json) {
		printf("],\n \"summary\": ");
		json_string(summary);
		puts("}");
	}
	return violations ? 2 : 0;
}

static void json_story_line(const char *line, unsigned int nr)
{
	const char *value = strstr(line, ": ");

	printf("%s{\"about\": ", SEP(nr));
	if (!value) {
		json_string("");
		value = line;
	} else {
		printf("\"%.*s\"", (int)(value - line), line);
		value += 2;
	}
	printf(", \"text\": ");
	json_string(value);
	putchar('}');
}

static int show_story(int argc, char **argv)
{
	char *text, *line;
	unsigned int nr = 0;
	int fd;

	if (argc != 1)
		die("explain takes an address, pfn:<number>, or phys:<address>");
	/* What is asked belongs to the open file. */
	fd = open_file("explain", O_RDWR);
	write_word(fd, argv[0], "an address");
	text = read_fd(fd, "explain");
	if (!json) {
		fputs(text, stdout);
		return 0;
	}
	printf("{\"story\": [");
	while ((line = next_line(&text)))
		json_story_line(line, nr++);
	puts("]}");
	return 0;
}

static void print_usage(FILE *out)
{
	fputs("usage: mm_layout [--json] [--debugfs DIR] COMMAND\n"
	      "\n"
	      "  map                the regions as a table, and drawn to scale\n"
	      "  map --svg          as a picture\n"
	      "  map --html         as a page with a picture and all areas\n"
	      "  scan [CHECK]       run all checks, or one of them; exit status 2 if\n"
	      "                     an invariant does not hold\n"
	      "  explain ADDRESS    what is at an address, pfn:NUMBER or phys:ADDRESS,\n"
	      "                     in hexadecimal\n", out);
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "map", show_map },
	{ "scan", show_scan },
	{ "explain", show_story },
};

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "debugfs", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	unsigned int i;
	int opt, ret;

	/* Options of a command come behind it. */
	while ((opt = getopt_long(argc, argv, "+jd:h", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			json = true;
			break;
		case 'd':
			debugfs = optarg;
			break;
		case 'h':
			print_usage(stdout);
			return 0;
		default:
			print_usage(stderr);
			return 1;
		}
	}
	for (i = 0; optind < argc && i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[optind], commands[i].name))
			continue;
		ret = commands[i].run(argc - optind - 1, argv + optind + 1);
		if (fflush(stdout) || ferror(stdout))
			die("cannot write: %s", strerror(errno));
		return ret;
	}
	print_usage(stderr);
	return 1;
}
