// Git over HTTPS, as a door of the server.
#pragma once

#include "http/message.h"

namespace drydock {
class Server;
}

namespace drydock::codecommit {

bool is_git_request(const HttpRequest& head);
HttpResponse serve_git(Server& server, HttpRequest& request);

}  // namespace drydock::codecommit
