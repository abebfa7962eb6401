/*
** settings.h - what every test gives a reader.
*/
#ifndef SPEC_SETTINGS_H
#define SPEC_SETTINGS_H

#include "json_scan.h"

/* Settings with the fastest marks, which are asked for once. Valid until the next call. */
static inline const tc_scan_settings *settings_with(unsigned max_depth)
{
    static tc_scan_settings settings;
    if (settings.mark == NULL)
        settings.mark = tc_best_indexer();
    settings.max_depth = max_depth;
    return &settings;
}

#endif
