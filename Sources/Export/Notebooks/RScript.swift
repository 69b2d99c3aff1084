/// A look at the tables with R alone: no packages, nothing fetched.
enum RScript {
  static func text(run: String) -> String {
    """
    # Tables of run \(run): checks them against MANIFEST.json and prints a summary of each.
    # Rscript explore.R [FOLDER]

    arguments <- commandArgs(trailingOnly = TRUE)
    places <- if (length(arguments)) arguments[1] else c("../tables", "tables")
    tables <- places[dir.exists(places)]
    if (!length(tables)) stop("no tables in ", paste(places, collapse = ", "))
    tables <- tables[1]

    # MANIFEST.json is written one member a line, so its rows can be read without a JSON package.
    manifest <- readLines("MANIFEST.json", encoding = "UTF-8", warn = FALSE)
    field <- function(name) {
      lines <- grep(paste0('^   "', name, '": '), manifest, value = TRUE)
      gsub('^ *"[^"]*": "?|"?,?$', "", lines)
    }
    files <- field("file")
    rows <- as.integer(field("rows"))
    stopifnot(length(files) == length(rows), length(files) > 0)

    checked <- 0
    for (k in which(grepl("[.]csv$", files))) {
      path <- file.path(tables, files[k])
      frame <- read.csv(path, na.strings = "", check.names = FALSE, encoding = "UTF-8")
      if (nrow(frame) != rows[k])
        stop(path, ": ", nrow(frame), " rows, MANIFEST.json says ", rows[k])
      cat(sprintf("%-24s %8d rows %3d columns\\n", files[k], nrow(frame), ncol(frame)))
      checked <- checked + 1
    }
    stopifnot(checked > 0)

    path <- file.path(tables, "od_flows.csv")
    if (file.exists(path)) {
      flows <- read.csv(path, na.strings = "", check.names = FALSE, encoding = "UTF-8")
      flows <- flows[flows$origin != flows$destination & !is.na(flows$value), ]
      flows <- flows[order(-flows$value), c("origin", "destination", "period", "value")]
      print(head(flows, 10), row.names = FALSE)
    }

    """
  }
}
