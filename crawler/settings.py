"""Scrapy's settings: polite, honest about who asks, and with one store instead of Scrapy's own queues."""

from cleaners.made_by import VERSION

BOT_NAME = "pagesieve"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who asks. A crawl file's `contact` is added to it.
USER_AGENT = f"pagesieve/{VERSION}"
ROBOTSTXT_USER_AGENT = "pagesieve"
ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"

# One request at a time to a host, a second apart. With one at a time a slow host is asked more seldom by itself, and
# a Crawl-delay can be kept, which AutoThrottle would undercut.
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
# Scrapy would take half of the delay as often as one and a half: a delay is what is promised to the host.
DOWNLOAD_DELAY_JITTER = 0.0
DOWNLOAD_TIMEOUT = 60
REDIRECT_MAX_TIMES = 10
# Longer ones are a page's own "look again in a minute".
METAREFRESH_MAXDELAY = 5

# A decompression bomb costs 117 MB with this limit, and 1.1 GB with Scrapy's own.
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A body that ends early is kept and marked; the store has it fetched again.
DOWNLOAD_FAIL_ON_DATALOSS = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}

# Pages with an error status are pages too. Retries are the store's: they survive the process and keep Retry-After.
HTTPERROR_ALLOW_ALL = True
RETRY_ENABLED = False
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]

SCHEDULER = "crawler.scheduler.StoreScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
EXTENSIONS = {"crawler.politeness.CrawlDelay": 0, "crawler.log.VisibleLog": 0, "crawler.safety.PublicOnly": 0}
DOWNLOADER_MIDDLEWARES = {
    "crawler.safety.PublicOnlyMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.politeness.RobotsTxt": 100,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.safety.MetaRefreshes": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.safety.Redirects": 600,
    "crawler.render.RenderMiddleware": 570,  # after redirects and decompression: what they let through is the page
}
ITEM_PIPELINES = {"crawler.pipelines.LandPipeline": 100, "crawler.pipelines.CleanPipeline": 200}

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPCACHE_ENABLED = False
FEED_EXPORT_ENCODING = "utf-8"
FEED_EXPORTERS = {"csv": "crawler.outputs.SafeCsvExporter"} | dict.fromkeys(("jl", "jsonl", "jsonlines"), "crawler.outputs.SafeLinesExporter")
LOG_LEVEL = "INFO"
