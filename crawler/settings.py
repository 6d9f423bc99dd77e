"""Scrapy's settings, for the resident engine and `scrapy crawl` alike.

What depends on the operator (user agent, robots, time and size limits) has its default here and is
set over by `crawler.resident.engine_settings`, or by `-s` on Scrapy's command line; what else the
policy holds comes with the spider's session. What is named None is off: it costs time on each
request, or opens a door.
"""

from __future__ import annotations

from config.settings import FetchSettings

_FETCH = FetchSettings()

BOT_NAME = "wirewatch"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
ADDONS: dict[str, int] = {}

USER_AGENT = _FETCH.user_agent
WIREWATCH_PROXY = ""  # `http://[user:password@]host:port`
WIREWATCH_CA_BUNDLE = ""  # PEM file of authorities trusted beside the system's
DEFAULT_REQUEST_HEADERS = {"Accept-Language": "en, ko;q=0.9, *;q=0.5"}

# politeness: one request at a time to a host and port, apart by its delay
DOWNLOADER = "crawler.downloader.PoliteDownloader"
CONCURRENT_REQUESTS = 0  # no limit: a backlog of one host must not hold up another
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # Scrapy starts as many tasks for each response: the default of 100 is a third
# of the time a request takes, and our responses have one item or a few requests
DOWNLOAD_DELAY = 1
DOWNLOAD_DELAY_JITTER = 0.0
ROBOTSTXT_OBEY = _FETCH.obey_robots
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# limits
DOWNLOAD_TIMEOUT = _FETCH.timeout.total_seconds()
DOWNLOAD_MAXSIZE = _FETCH.max_bytes
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 10
REDIRECT_PRIORITY_ADJUST = 0

# http and https only, verified
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.WirewatchHandler",
    "https": "crawler.handler.WirewatchHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True  # of Scrapy's own factory, should ours ever be left out

DOWNLOADER_MIDDLEWARES = {
    "crawler.robots.CarefulRobots": 100,
    "crawler.middlewares.PlainRefetch": 580,
    "crawler.middlewares.CarefulRedirects": 600,
    "crawler.middlewares.OurProxy": 750,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # we judge every status
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {"crawler.pipelines.HandOver": 100}
EXTENSIONS = {
    "crawler.sniffer.Sniffer": 0,
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.logcount.LogCount": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.closespider.CloseSpider": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}

COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPCACHE_ENABLED = False
RETRY_ENABLED = False
METAREFRESH_ENABLED = False
COMPRESSION_ENABLED = False
REFERER_ENABLED = False
MEMUSAGE_ENABLED = False
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False

LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
LOG_FORMATTER = "crawler.quiet.QuietFormatter"
FEED_EXPORT_ENCODING = "utf-8"
