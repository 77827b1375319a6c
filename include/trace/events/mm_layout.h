/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mm_layout

#if !defined(_TRACE_MM_LAYOUT_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_MM_LAYOUT_H

#include <linux/tracepoint.h>

TRACE_EVENT(mm_layout_violation,
	    TP_PROTO(const char *invariant, const char *what,
		     unsigned long start, unsigned long end),
	    TP_ARGS(invariant, what, start, end),
	    TP_STRUCT__entry(__string(invariant, invariant)
			     __string(what, what)
			     __field(unsigned long, start)
			     __field(unsigned long, end)
	    ),
	    TP_fast_assign(__assign_str(invariant);
			   __assign_str(what);
			   __entry->start = start;
			   __entry->end = end;
	    ),
	    TP_printk("invariant=%s start=%#lx end=%#lx %s",
		      __get_str(invariant), __entry->start, __entry->end,
		      __get_str(what))
);

#endif /* _TRACE_MM_LAYOUT_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
