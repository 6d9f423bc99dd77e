"""What talks to news sites: the Scrapy project, feed and page reading, the address gate."""
